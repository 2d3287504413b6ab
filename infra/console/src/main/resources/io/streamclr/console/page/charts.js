'use strict';

/*
 * The curves of the page, and one histogram. A curve is known to the server as FAMILY/NAME; what is listed in CHARTS is
 * drawn together, and every gauge that nobody listed gets a chart of its own.
 */
const Charts = (() => {
  const MOST_POINTS = 2048;
  const COLOURS = ['--second', '--first', '--third', '--fourth'];

  const CHARTS = [
    {title: 'Loss', of: ['step/loss']},
    {title: 'Learning rate', of: ['step/learning_rate']},
    {title: 'kNN accuracy', of: /^gauge\/held_out_knn$/, percent: true},
    {title: 'Pairs a second, trained', of: ['step/pairs_per_second']},
    {title: 'Drawn and arrived a second', of: ['flow/drawn_per_second', 'flow/images_per_second'],
      names: ['view pairs drawn', 'images arrived']},
    {title: 'Waiting for views', of: ['step/waiting_share'], percent: true},
    {title: 'Pairs that wait', of: /^lag\//, each: 'partition '},
    {title: 'Effective rank', of: /^gauge\/.*rank$/},
    {title: 'How alike embeddings are', of: ['alike/negatives', 'alike/positives'], percent: true, histogram: true,
      names: ['views of different images', 'two views of one image']},
  ];

  const curves = new Map();
  const charts = new Map();
  let changed = true;
  let measuredAt = 0;

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /** A run of weeks has more points than a screen has columns: two neighbours become their mean. */
  function thin(curve) {
    const half = [[], []];
    for (let i = 1; i < curve[0].length; i += 2) {
      half[0].push(curve[0][i]);
      half[1].push((curve[1][i - 1] + curve[1][i]) / 2);
    }
    return half;
  }

  function chartOf(name) {
    const listed = CHARTS.find(chart => Array.isArray(chart.of) ? chart.of.includes(name) : chart.of.test(name));
    return listed || {title: readable(name), of: [name]};
  }

  function readable(name) {
    const words = name.replace(/^[^/]*\//, '').replaceAll('_', ' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  function replace(all) {
    [...curves.keys()].filter(name => !name.startsWith('alike/')).forEach(name => curves.delete(name));
    append(all);
  }

  /** Counts of cosines from -1 to 1 become shares of all, each from the edge of its bin to the next. */
  function alike({step, positives, negatives}) {
    for (const [name, counts] of Object.entries({positives, negatives})) {
      const all = counts.reduce((sum, count) => sum + count, 0) || 1;
      const edges = Array.from({length: counts.length + 1}, (_, i) => -1 + 2 * i / counts.length);
      const shares = counts.map(count => count / all);
      curves.set(`alike/${name}`, [edges, [...shares, shares[shares.length - 1]]]);
    }
    measuredAt = step;
    changed = true;
  }

  function append(more) {
    for (const [name, [x, y]] of Object.entries(more)) {
      let curve = curves.get(name) || [[], []];
      curve[0].push(...x);
      curve[1].push(...y);
      if (curve[0].length > MOST_POINTS) {
        curve = thin(curve);
      }
      curves.set(name, curve);
    }
    changed = true;
  }

  function number(value, percent) {
    if (percent) {
      return (100 * value).toLocaleString('en', {maximumFractionDigits: 1}) + ' %';
    }
    const size = Math.abs(value);
    return size >= 1000 ? Math.round(value).toLocaleString('en')
      : size !== 0 && size < 0.0001 ? value.toExponential(1)
      : value.toLocaleString('en', {maximumSignificantDigits: 3});
  }

  function time(seconds) {
    return new Date(1000 * seconds).toTimeString().slice(0, 8);
  }

  function options(chart, members, width) {
    const overTime = /^(flow|lag)\//.test(members[0]);
    const axis = {stroke: colour('--soft'), grid: {stroke: colour('--grid'), width: 1}, ticks: {show: false},
      font: '11px system-ui, sans-serif'};
    return {
      width, height: 150, padding: [8, 8, 0, 0], legend: {show: false},
      cursor: {y: false, points: {size: 6}},
      scales: {x: {time: overTime}, y: {range: (u, low, high) => around(low, high, chart.percent)}},
      axes: [
        {...axis, size: 26, values: (u, ticks) => ticks.map(tick => overTime ? time(tick) : number(tick))},
        {...axis, size: 52, values: (u, ticks) => ticks.map(tick => number(tick, chart.percent))},
      ],
      series: [{}, ...members.map((member, i) => ({
        stroke: colour(COLOURS[i % COLOURS.length]), width: 1.5, points: {show: u => u.data[0].length === 1, size: 7}, spanGaps: true,
        ...(chart.histogram && {paths: uPlot.paths.stepped({align: 1}), fill: colour(COLOURS[i]) + '2b'})}))],
      hooks: {setCursor: [u => tell(chart, u)]},
    };
  }

  /** A flat curve lies in the middle, not on the edge. */
  function around(low, high, percent) {
    if (low == null) {
      return [0, 1];
    }
    const room = (high - low || Math.abs(high) || (percent ? 0.01 : 1)) * 0.08;
    return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
  }

  /** Says the values under the pointer, or the newest. */
  function tell(chart, plot) {
    const shown = charts.get(chart.title);
    if (chart.histogram && plot.cursor.idx == null) {
      shown.output.textContent = `step ${measuredAt.toLocaleString('en')}`;
      return;
    }
    const at = plot.cursor.idx ?? plot.data[0].length - 1;
    const values = plot.data.slice(1).map(y => y[at]).filter(value => value != null);
    shown.output.textContent = values.map(value => number(value, chart.percent)).join(' · ');
  }

  /** One x for all curves of a chart: where a curve has no point it has a gap. */
  function together(members) {
    if (members.length === 1) {
      return curves.get(members[0]);
    }
    return uPlot.join(members.map(member => curves.get(member)));
  }

  function build(host, chart, members) {
    const card = document.createElement('article');
    card.className = 'curve';
    const head = document.createElement('h3');
    const output = document.createElement('output');
    head.append(chart.title, output);
    card.append(head);
    if (members.length > 1) {
      const legend = document.createElement('ul');
      members.forEach((member, i) => {
        const item = document.createElement('li');
        item.className = 'c' + i % COLOURS.length;
        item.textContent = chart.names ? chart.names[chart.of.indexOf(member)] : (chart.each ?? '') + readable(member);
        legend.append(item);
      });
      card.append(legend);
    }
    host.append(card);
    card.dataset.chart = chart.title;
    charts.set(chart.title, {card, output, members});
  }

  /** Draws a chart for the first time; how wide it is is known when all cards are there. */
  function plot(chart) {
    const shown = charts.get(chart.title);
    shown.plot = new uPlot(
      options(chart, shown.members, shown.card.clientWidth - 18), together(shown.members), shown.card);
  }

  /** Draws what has changed; a chart whose curves are others than before is built anew. */
  function draw(host) {
    if (!changed) {
      return;
    }
    changed = false;
    const wanted = new Map();
    [...curves.keys()].sort().forEach(name => {
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
    const same = titles.length === charts.size
      && titles.every(title => charts.get(title)?.members.join() === wanted.get(title).members.join());
    if (!same) {
      forget(host);
      titles.forEach(title => build(host, wanted.get(title).chart, wanted.get(title).members));
      titles.forEach(title => plot(wanted.get(title).chart));
    }
    titles.forEach(title => {
      const shown = charts.get(title);
      shown.plot.setData(together(shown.members));
      shown.card.dataset.points = shown.plot.data[0].length;
      tell(wanted.get(title).chart, shown.plot);
    });
  }

  /** Colours or widths are others now. */
  function forget(host) {
    charts.forEach(shown => shown.plot.destroy());
    charts.clear();
    host.replaceChildren();
    changed = true;
  }

  return {replace, append, alike, draw, forget, number};
})();
