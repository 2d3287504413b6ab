'use strict';

/*
 * The curves as charts, and one histogram. What is listed in CHARTS is drawn together, and every gauge that nobody listed
 * gets a chart of its own. Charts over steps are looked at closely together, and so are those over time.
 */
const Charts = (() => {
  const COLOURS = ['--second', '--first', '--third', '--fourth', '--fifth', '--sixth'];
  const DASHES = [[], [5, 4], [2, 3], [8, 3, 2, 3]];
  const WHOLE = Array.from({length: 15}, (_, power) => [1, 2, 5].map(part => part * 10 ** power)).flat();

  const SECONDS = [1, 2, 5, 10, 15, 30, ...[1, 2, 5, 10, 15, 30].map(minutes => 60 * minutes),
    ...[1, 2, 3, 6, 12, 24, 48, 96, 192].map(hours => 3600 * hours)];

  const CHARTS = [
    {title: 'Loss', of: ['step/loss']},
    {title: 'kNN accuracy', of: ['gauge/held_out_knn', 'gauge/sample_knn', 'gauge/old_data_knn'], percent: true,
      names: ['held-out images', 'a sample of the stream', 'old data']},
    {title: 'Effective rank', of: ['gauge/embedding_rank', 'gauge/feature_rank'],
      names: ['of embeddings', 'of features']},
    {title: 'Learning rate', of: ['step/learning_rate']},
    {title: 'Pairs trained per second', of: ['step/pairs_per_second']},
    {title: 'Rendered and arrived per second', of: ['flow/drawn_per_second', 'flow/images_per_second'],
      names: ['view pairs rendered', 'images arrived']},
    {title: 'Trainer idle', of: ['step/waiting_share'], percent: true},
    {title: 'Backlog', of: /^lag\//, each: 'partition ', whole: true},
    {title: 'Processor', of: ['step/processor_cores'], unit: 'cores'},
    {title: 'Memory', of: ['step/memory_bytes', 'step/card_memory_bytes'], bytes: true,
      names: ['main memory', 'graphics cards']},
    {title: 'Largest fall of a class', of: ['gauge/held_out_forgotten'], percent: true},
    {title: 'Old data forgotten', of: ['gauge/old_data_forgotten'], percent: true},
    {title: 'MMD²', of: ['drift/mmd2', 'drift/raised'], names: ['of each window', 'while the alarm is raised'],
      place: 'drift-curves', marks: 'drift/raised'},
    {title: 'p value', of: ['drift/p_value'], place: 'drift-curves', powers: [0.001, 0.01, 0.1, 1], line: 0.001},
    {title: 'How alike embeddings are', of: ['alike/negatives', 'alike/positives'], percent: true, histogram: true,
      names: ['views of different images', 'two views of one image']},
  ];

  const charts = new Map();
  const OVER_TIME = /^(flow|lag|drift)\//;
  const zoomed = {steps: null, time: null, stream: null};
  let smoothing = 0;
  let measuredAt = 0;
  let redraw = true;
  let onZoom = () => {};

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function chartOf(name) {
    const listed = CHARTS.find(chart => Array.isArray(chart.of) ? chart.of.includes(name) : chart.of.test(name));
    return listed || {title: readable(name), of: [name]};
  }

  function readable(name) {
    const words = name.replace(/^[^/]*\//, '').replaceAll('_', ' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  function number(value, chart = {}) {
    if (chart.percent) {
      return (100 * value).toLocaleString('en', {maximumFractionDigits: 1}) + ' %';
    }
    if (chart.bytes) {
      return (value / 1e9).toLocaleString('en', {maximumSignificantDigits: 3}) + ' GB';
    }
    const size = Math.abs(value);
    return size >= 1000 ? Math.round(value).toLocaleString('en')
      : size !== 0 && size < 0.0001 ? value.toExponential(1)
      : value.toLocaleString('en', {maximumSignificantDigits: 3});
  }

  /** A number on an axis, with as many digits as tell it from the next. */
  function tick(value, apart, {percent, bytes}) {
    const [factor, unit] = percent ? [100, ' %'] : bytes ? [1e-9, ' GB'] : [1, ''];
    const digits = Math.max(0, -Math.floor(Math.log10(apart * factor) + 1e-9));
    return digits > 6 ? number(value, {percent, bytes})
      : (value * factor).toLocaleString('en', {maximumFractionDigits: Math.min(digits + 1, 6)}) + unit;
  }

  const DAY = 86400;
  /** A moment, with its date where more than a day is shown. */
  const time = (seconds, span) => span <= DAY ? new Date(1000 * seconds).toTimeString().slice(0, 8)
    : new Date(1000 * seconds).toLocaleString('en', {month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false});
  const kindOf = shown => shown.chart.histogram ? null : shown.chart.place ? 'stream'
    : OVER_TIME.test(shown.members[0]) ? 'time' : 'steps';
  const nameOf = (chart, member) =>
    chart.names ? chart.names[chart.of.indexOf(member)] : (chart.each ?? '') + readable(member);

  /** What is drawn in a chart: each curve of each run that has it. */
  function lines({chart, members}) {
    const runs = chart.histogram || OVER_TIME.test(members[0]) ? [null] : [null, ...Curves.runs()];
    const compared = runs.length > 1;
    return runs.flatMap((run, nth) => members
      .map((member, i) => ({run, member, i}))
      .filter(({member}) => Curves.of(run, member))
      .map(({member, i}) => ({run, member,
        colour: member === chart.marks ? '--alarm' : COLOURS[(compared ? nth : i) % COLOURS.length],
        dash: compared ? DASHES[i % DASHES.length] : []})));
  }

  function options(shown, width) {
    const {chart} = shown;
    const kind = kindOf(shown);
    const axis = {stroke: colour('--soft'), grid: {stroke: colour('--grid'), width: 1}, ticks: {show: false},
      font: '11px system-ui, sans-serif'};
    const isTimed = kind === 'time' || kind === 'stream';
    const word = (tick, span) => isTimed ? time(tick, span) : number(tick);
    const series = shown.lines.flatMap(line => {
      const stroke = colour(line.colour);
      const drawn = {stroke, width: 1.6, dash: line.dash, spanGaps: true,
        points: {show: u => u.data[0].length < 3, size: 7},
        ...(line.member === chart.marks && {paths: () => null, points: {show: true, size: 7, fill: stroke}}),
        ...(chart.histogram && {paths: uPlot.paths.stepped({align: 1}), fill: stroke + '2b'})};
      return isSmooth(chart) ? [{...drawn, width: 1, dash: [], stroke: stroke + '44', points: {show: false}}, drawn] : [drawn];
    });
    return {
      width, height: 150, padding: [8, isTimed ? 26 : 20, 0, 0], legend: {show: false},
      cursor: {y: false, points: {size: 6}, drag: {x: kind !== null, y: false, setScale: false},
        bind: {dblclick: () => () => zoom(kind, null)}},
      select: {show: kind !== null},
      scales: {x: {time: isTimed}, y: chart.powers
        ? {distr: 3, range: [chart.powers[0] * 0.8, chart.powers.at(-1) * 1.25]}
        : {range: (u, low, high) => around(low, high, chart)}},
      axes: [
        {...axis, size: 26, space: (u, i, low, high) => 22 + 6.5 * word(Math.round(high), high - low).length,
          ...(kind !== null && {incrs: isTimed ? SECONDS : WHOLE}),
          values: (u, ticks) => ticks.map(tick => word(tick, u.scales.x.max - u.scales.x.min))},
        {...axis, size: (u, ticks) => 14 + 6.3 * Math.max(3, ...(ticks || []).map(tick => String(tick).length)), gap: 6,
          ...(chart.whole && {incrs: WHOLE}),
          ...(chart.powers && {splits: () => chart.powers, filter: (u, splits) => splits}),
          values: (u, ticks, i, space, apart) => ticks.map(value => chart.powers ? String(value) : tick(value, apart, chart))},
      ],
      series: [{}, ...series],
      hooks: {setCursor: [() => tell(shown)], setSelect: [u => selected(u, kind)], draw: [u => chart.line && across(u, chart.line)]},
    };
  }

  /** A dashed line at a height that means something. */
  function across(plot, height) {
    const {ctx, bbox} = plot;
    const y = plot.valToPos(height, 'y', true);
    ctx.save();
    ctx.strokeStyle = colour('--alarm');
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }

  const isSmooth = chart => smoothing > 0 && !chart.histogram;

  /** A flat curve lies in the middle, not on the edge. */
  function around(low, high, {percent}) {
    if (low == null) {
      return [0, 1];
    }
    const size = Math.max(Math.abs(low), Math.abs(high));
    const span = high - low > 1e-9 * size ? high - low : 0; // sums of floats are never quite flat
    const room = (span || size || (percent ? 0.01 : 1)) * 0.08;
    return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
  }

  function selected(plot, kind) {
    const {left, width} = plot.select;
    if (width > 3) {
      zoom(kind, [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
      plot.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
    }
  }

  /** Looks closely at a part of all charts of a kind, or at all again. */
  function zoom(kind, range) {
    if (!kind || (!range && !zoomed[kind])) {
      return;
    }
    zoomed[kind] = range;
    charts.forEach(shown => kindOf(shown) === kind && fit(shown));
    onZoom(zoomed.steps, Object.values(zoomed).some(range => range !== null));
  }

  function fit(shown) {
    const [low, high] = zoomed[kindOf(shown)] || whole(shown);
    if (high > low) {
      shown.plot.setScale('x', {min: low, max: high});
    }
  }

  /** From the first to the last point of all curves of a chart, whatever part of them is looked at in detail. */
  function whole(shown) {
    const extents = shown.lines.map(({run, member}) => Curves.extent(run, member)).filter(extent => extent !== null);
    return [Math.min(...extents.map(([first]) => first)), Math.max(...extents.map(([, last]) => last))];
  }

  function key(event, shown) {
    const kind = kindOf(shown);
    const all = whole(shown);
    const [low, high] = zoomed[kind] || all;
    const span = high - low;
    const moved = by => {
      const inside = Math.max(all[0] - low, Math.min(all[1] - high, by));
      return [low + inside, high + inside];
    };
    const ranges = {
      '+': [low + span / 4, high - span / 4], '=': [low + span / 4, high - span / 4],
      '-': [low - span / 2, high + span / 2],
      ArrowLeft: moved(-span / 5), ArrowRight: moved(span / 5),
      0: all, Escape: all,
    };
    const range = kind && ranges[event.key];
    if (range && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const inside = [Math.max(all[0], range[0]), Math.min(all[1], range[1])];
      const isAll = inside[0] <= all[0] && inside[1] >= all[1];
      zoom(kind, isAll ? null : inside[1] - inside[0] > span / 8 ? inside : [low, high]);
    }
  }

  /** Says the values under the pointer, or the newest. */
  function tell(shown) {
    const {chart, plot} = shown;
    if (!plot) {
      return;
    }
    const under = plot.cursor.idx;
    if (chart.histogram && under == null) {
      shown.output.textContent = `step ${measuredAt.toLocaleString('en')}`;
      return;
    }
    const at = under ?? plot.data[0].length - 1;
    const every = isSmooth(chart) ? 2 : 1;
    const values = shown.lines.map((line, i) => {
      if (line.member === chart.marks) {
        return null; // the same as the curve that it marks
      }
      const y = plot.data[1 + every * i + (every - 1)];
      let near = at;
      while (near > 0 && y[near] == null) {
        near--;
      }
      return y[near];
    }).filter(value => value != null);
    const place = under == null || chart.histogram ? ''
      : kindOf(shown) !== 'steps' ? `${time(plot.data[0][at], plot.scales.x.max - plot.scales.x.min)}: ` : `step ${Math.round(plot.data[0][at]).toLocaleString('en')}: `;
    shown.output.textContent = place + values.slice(0, 4).map(value => number(value, chart)).join(' · ')
      + (chart.unit ? ` ${chart.unit}` : '');
  }

  /** One x for all curves of a chart: where a curve has no point it has a gap. */
  function data({chart, lines: drawn}) {
    return uPlot.join(drawn.map(({run, member}) => {
      const [x, y] = Curves.of(run, member);
      return isSmooth(chart) ? [x, y, Curves.smoothed(y, smoothing)] : [x, y];
    }));
  }

  function build(host, chart, members, drawn, mainName) {
    const card = document.createElement('article');
    card.className = chart.histogram ? 'curve wide' : 'curve';
    card.tabIndex = 0;
    card.dataset.chart = chart.title;
    const head = document.createElement('h3');
    const output = document.createElement('output');
    head.append(chart.title, output);
    card.append(head);
    const compared = drawn.some(({run}) => run !== null);
    if (drawn.length > 1 || chart.names) {
      const legend = document.createElement('ul');
      drawn.forEach(({run, member, colour: name, dash}) => {
        const item = document.createElement('li');
        item.style.setProperty('--colour', `var(${name})`);
        item.classList.toggle('dashed', dash.length > 0);
        item.textContent = [compared ? run ?? mainName : null, members.length > 1 || !compared ? nameOf(chart, member) : null]
          .filter(word => word !== null).join(' · ');
        legend.append(item);
      });
      card.append(legend);
    }
    const place = chart.place ? document.getElementById(chart.place) : host;
    for (let around = place; around; around = around.parentElement) {
      around.hidden = false; // what is not shown has no width
    }
    place.append(card);
    const shown = {chart, card, output, members, lines: drawn, key: ''};
    card.addEventListener('keydown', event => key(event, shown));
    card.setAttribute('aria-label', `${chart.title}. Plus and minus zoom, arrows move, 0 shows all.`);
    charts.set(chart.title, shown);
  }

  const signature = (members, drawn) =>
    members.join() + drawn.map(line => `${line.run}/${line.member}`).join() + (smoothing > 0);

  /** Draws what has changed; a chart whose curves are others than before is built anew, with all others. */
  function draw(host, mainName) {
    if (!Curves.news() && !redraw) {
      return;
    }
    redraw = false;
    const wanted = new Map();
    Curves.names().sort().forEach(name => {
      const chart = chartOf(name);
      if (!wanted.has(chart.title)) {
        wanted.set(chart.title, {chart, members: []});
      }
      wanted.get(chart.title).members.push(name);
    });
    const order = title => {
      const place = CHARTS.findIndex(chart => chart.title === title);
      return place < 0 ? CHARTS.length : wanted.get(title).chart.histogram ? CHARTS.length + 1 : place;
    };
    const titles = [...wanted.keys()].sort((one, other) => order(one) - order(other) || one.localeCompare(other));
    titles.forEach(title => {
      const one = wanted.get(title);
      one.lines = lines(one);
      one.key = signature(one.members, one.lines);
    });
    const same = titles.length === charts.size && titles.every(title => charts.get(title)?.key === wanted.get(title).key);
    if (!same) {
      forget(host);
      titles.forEach(title => {
        const {chart, members, lines: drawn} = wanted.get(title);
        build(host, chart, members, drawn, mainName);
        charts.get(title).key = wanted.get(title).key;
      });
    }
    titles.forEach(title => {
      const shown = charts.get(title);
      const points = data(shown);
      if (shown.plot) {
        shown.plot.setData(points, !zoomed[kindOf(shown)]);
      } else {
        shown.plot = new uPlot(options(shown, shown.card.clientWidth - 18), points, shown.card);
      }
      if (zoomed[kindOf(shown)]) {
        fit(shown);
      }
      shown.card.dataset.points = points[0].length;
      tell(shown);
    });
    redraw = false;
  }

  /** Colours or widths are others now. */
  function forget(host) {
    charts.forEach(shown => {
      shown.plot?.destroy();
      shown.card.remove();
    });
    charts.clear();
    host.replaceChildren();
    redraw = true;
  }

  return {
    draw, forget, number, zoom, COLOURS,
    alike: told => {
      measuredAt = told.step;
      Curves.alike(told);
    },
    smooth: weight => {
      smoothing = weight;
      Curves.touch();
    },
    whenZoomed: listener => { onZoom = listener; },
    all: () => {
      zoom('steps', null);
      zoom('time', null);
      zoom('stream', null);
    },
  };
})();
