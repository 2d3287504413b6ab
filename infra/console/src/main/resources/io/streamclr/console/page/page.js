'use strict';

(() => {
  const $ = id => document.getElementById(id);
  const element = Elements.make;
  const host = $('curves');
  let shownBy = null;
  let connected = false;
  let run = {live: true};
  let values = {};
  let data = {};
  let images = null;

  function say(cell, value) {
    const unit = cell.dataset.unit;
    if (value == null) {
      return;
    }
    cell.textContent = unit === '%' ? (100 * value).toFixed(1)
      : unit === 'GB' ? (value / 1e9).toFixed(value < 1e10 ? 2 : 1) : Charts.number(value);
    if (unit) {
      cell.append(element('i', unit));
    }
  }

  function figures(kind, values) {
    document.querySelectorAll(`[data-${kind}]`).forEach(cell => say(cell, values[cell.dataset[kind]]));
  }

  let pairsToShow = [];

  function pairs(list) {
    pairsToShow = list;
    if (list.length === 0 || !shownBy) {
      return;
    }
    $('pairs').replaceChildren(...list.map(pair => {
      const button = element('button');
      button.setAttribute('aria-label', `Pair ${pair.partition}:${pair.offset}`);
      const place = `/pairs/${pair.partition}/${pair.offset}`;
      button.append(picture(png(place, 'first'), 'first view'), picture(png(place, 'second'), 'second view'));
      button.addEventListener('click', () => lineage(place));
      return button;
    }));
  }

  /** The address of a pair's picture. It differs between pages: a browser keeps pictures, and another run has others. */
  const png = (place, part) => `${place}/${part}.png?page=${encodeURIComponent(shownBy)}`;

  /** A picture; a small one is shown pixel by pixel. */
  function picture(address, words) {
    const image = element('img');
    image.alt = words;
    image.addEventListener('load', () => image.classList.toggle('small', image.naturalWidth < 100));
    image.src = address;
    return image;
  }

  async function lineage(place) {
    const content = $('lineage-content');
    content.replaceChildren(element('p', 'Reading the topics', 'none'));
    $('lineage').showModal();
    const answer = await fetch(place);
    if (!answer.ok) {
      content.replaceChildren(element('p', await answer.text(), 'none'));
      return;
    }
    const told = await answer.json();
    const name = element('h2', told.source || `image ${told.image}`, 'source');
    const label = told.class_name ?? (told.label == null ? null : `class ${told.label}`);
    const classes = element('p', label === null ? 'no label' : `class ${label}`.replace('class class', 'class')
      + (told.class_name != null && told.label != null ? ` (label ${told.label})` : ''), 'class');
    const drawn = element('div', null, 'drawn');
    drawn.append(original(place, told), view(place, told, 0), view(place, told, 1));
    const where = element('p', `image ${told.image}, offset ${told.image_offset} of partition ${told.partition}`
      + ` · views at offset ${told.offset} · pass ${told.pass} · run seed ${told.run_seed} · recipe ${told.recipe}`, 'where');
    content.replaceChildren(name, classes, drawn, where);
  }

  function original(place, told) {
    const figure = element('figure');
    const frame = element('div', null, 'frame');
    frame.append(picture(png(place, 'original'), 'the image'));
    const boxes = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    boxes.setAttribute('viewBox', '0 0 1 1');
    boxes.setAttribute('preserveAspectRatio', 'none');
    told.views.forEach((crop, i) => ['halo', i === 0 ? 'first' : 'second'].forEach(kind => {
      const box = document.createElementNS(boxes.namespaceURI, 'rect');
      box.setAttribute('class', kind);
      ['width', 'height'].forEach(side => box.setAttribute(side, crop[side]));
      box.setAttribute('x', crop.left);
      box.setAttribute('y', crop.top);
      boxes.append(box);
    }));
    frame.append(boxes);
    const caption = element('figcaption');
    caption.append(element('b', 'The image'));
    figure.append(frame, caption);
    return figure;
  }

  function view(place, told, which) {
    const name = which === 0 ? 'first' : 'second';
    const figure = element('figure', null, `is-${name}`);
    const caption = element('figcaption');
    const list = element('ul');
    told.views[which].drawn.forEach(line => list.append(element('li', line)));
    list.append(element('li', `seed ${told.views[which].seed}`));
    caption.append(element('b', which === 0 ? 'First view' : 'Second view'), list);
    figure.append(picture(png(place, name), `${name} view`), caption);
    return figure;
  }

  function table(id, head, rows, empty) {
    const body = rows.length ? rows : [[empty]];
    const made = element('tbody');
    body.forEach(cells => {
      const row = element('tr');
      cells.forEach((cell, i) => row.append(element('td', cell, rows.length ? head[i].className : 'none')));
      made.append(row);
    });
    const top = element('thead');
    if (rows.length) {
      const row = element('tr');
      head.forEach(({name, className}) => row.append(element('th', name, className ? 'text' : undefined)));
      top.append(row);
    }
    $(id).replaceChildren(top, made);
  }

  function checkpoints(list) {
    const names = [...new Set(list.flatMap(each => Object.keys(each.scores)))]
      .filter(name => !name.endsWith('_forgotten'));
    const isShare = name => name.endsWith('_knn');
    table('checkpoints',
      [{name: 'step'}, ...names.map(name => ({name: words(name)}))],
      list.map(each => [each.step.toLocaleString('en'),
        ...names.map(name => each.scores[name] == null ? '' : Charts.number(each.scores[name], {percent: isShare(name)}))]),
      run.save_every ? `None yet: one is saved ${run.save_every}, and at the end.` : 'None.');
  }

  const KNN = {sample_knn: 'kNN, sample', held_out_knn: 'kNN, held out', old_data_knn: 'kNN, old data'};
  const words = name => KNN[name] ?? name.replaceAll('_', ' ');

  function rejects({reasons, newest}) {
    const counts = Object.entries(reasons);
    $('rejected').textContent = Charts.number(counts.reduce((sum, [, count]) => sum + count, 0));
    $('reasons').textContent = counts.map(([reason, count]) => `${reason} ${count.toLocaleString('en')}`).join(', ');
    table('rejects',
      [{name: 'image', className: 'text'}, {name: 'reason', className: 'text'}, {name: 'detail', className: 'wide'}],
      newest.map(each => [each.place, each.reason, each.source ? `${each.detail} (${each.source})` : each.detail]),
      'None.');
  }

  function troubles(all) {
    const list = Object.values(all);
    $('troubles').hidden = list.length === 0;
    $('troubles').replaceChildren(...list.map(each => element('li', each)));
  }

  /** Seconds in the two units that say most. */
  function duration(seconds) {
    const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
    const first = parts.findIndex(([, size]) => seconds >= size);
    if (first < 0) {
      return '0 s';
    }
    const [unit, size] = parts[first];
    const [smaller, part] = parts[first + 1] ?? [];
    const rest = part && size < 86400 * 7 ? Math.floor(seconds % size / part) : 0;
    return `${Math.floor(seconds / size)} ${unit}` + (rest > 0 ? ` ${rest} ${smaller}` : '');
  }

  function now(told) {
    values = told;
    figures('now', told);
    const step = document.querySelector('[data-now="step"]');
    if (told.steps_total > 0) {
      step.append(element('i', `of ${told.steps_total.toLocaleString('en')}`));
    }
    if (told.processor_cores != null) {
      $('processor').textContent = told.processor_cores.toFixed(1);
      $('processor').append(element('i', told.processors ? `of ${told.processors} cores` : 'cores'));
    }
    $('card').hidden = told.card_memory_bytes == null;
    showState();
    showLeft();
    showKnn();
  }

  /** Whether nobody has written to the run's files for long. */
  const hasEnded = () => !run.live && Date.now() / 1000 - run.written_at >= 120;

  function showLeft() {
    $('left').textContent = hasEnded() ? 'ended'
      : values.seconds_left != null ? duration(values.seconds_left)
      : values.steps_total > 0 ? '–' : 'no end set';
  }

  function showKnn() {
    const newest = Curves.newest('gauge/held_out_knn') ?? Curves.newest('gauge/sample_knn');
    if (newest != null) {
      $('knn').textContent = (100 * newest).toFixed(1);
      $('knn').append(element('i', '%'));
    }
    const classes = Gallery.classes();
    $('curves-note').textContent = newest != null ? '' : classes && classes.count < 2
      ? 'No kNN curve: the images carry no labels. Labelled ones can be given with --probe-data.'
      : run.live ? 'A kNN curve follows within the first steps if the images carry labels.'
      : 'This run has no kNN curve: its images carry no labels, or it was trained with --probe-images 0.';
  }

  function showState() {
    if (!connected || !shownBy) {
      return;
    }
    if (run.live) {
      state('live', values.computing ?? (values.loss == null ? 'waiting for the first views'
        : values.waiting ? 'trainer idle: no views to train on' : 'training'));
    } else if (!hasEnded()) {
      state('live', 'training; read from its files');
    } else {
      state('kept', run.written_at ? `last written ${new Date(1000 * run.written_at).toLocaleString()}` : 'nothing recorded');
    }
  }

  function state(className, text) {
    if ($('state').textContent !== text) {
      $('state').className = className;
      $('state').textContent = text;
    }
  }

  /** What is known of the images, in one line. */
  function showData() {
    const classes = Gallery.classes();
    const known = [
      data.name ? ['Data set', data.name] : null,
      data.images_topic ? ['Images', (images == null ? '' : `${images.toLocaleString('en')} in `) + `topic ${data.images_topic}`] : null,
      classes ? ['Classes', classes.count === 0 ? 'no labels'
        : `${classes.count.toLocaleString('en')}` + (classes.names.length ? `: ${classes.names.slice(0, 12).join(', ')}`
          + (classes.names.length > 12 ? ', …' : '') : ', without names')] : null,
      data.recipe ? ['Recipe', data.recipe] : null,
      run.folder ? ['Folder', run.folder] : null,
    ].filter(each => each !== null);
    $('data').replaceChildren(...known.map(([name, text]) => {
      const part = element('span');
      part.append(element('b', name), ' ', text);
      return part;
    }));
  }

  /** No panel is empty without saying why. */
  function showEmpty() {
    Gallery.empty(run.live ? 'Fills as soon as the first views are rendered, with the encoder as it is before training, and'
      + ` then with each checkpoint${run.save_every ? `, ${run.save_every}` : ''}.`
      : 'No images were kept: the run was trained without a live page (--page-port), or its page saw no checkpoint.');
    $('results-empty').textContent = (run.live
      ? 'A demo fills this with baselines before it trains and with the trained encoder at its end; for other runs: '
      : 'Nothing was measured yet. Measure it with: ') + `streamclr probe --encoder ${run.folder ?? 'RUN'} --data TRAIN --test TEST`;
    if (!run.live && $('pairs').querySelector('button') === null) {
      $('pairs').replaceChildren(element('p', 'No views were kept: the run was trained without a live page (--page-port).', 'none'));
    }
  }

  const sections = {
    run: told => {
      if (shownBy && shownBy !== told.page) {
        location.reload(); // another process shows another run here, or the same anew
      }
      const isFirst = shownBy === null;
      shownBy = told.page;
      run = told;
      if (isFirst) {
        pairs(pairsToShow);
        Stream.of(shownBy);
      }
      $('run').textContent = `run ${told.run}`;
      document.title = `${told.run} · StreamCLR`;
      showState();
      showData();
      showEmpty();
    },
    now, pairs, checkpoints, rejects, troubles,
    topics: told => {
      images = told.images;
      figures('topics', told);
      showData();
    },
    data: told => {
      data = told;
      showData();
    },
    gallery: told => {
      Gallery.show(told);
      showData();
    },
    stream: Stream.show,
    drift: Stream.drift,
    settings: Runs.settings,
    results: Runs.results,
    curves: told => {
      Curves.replace(told);
      showKnn();
    },
    points: Curves.append,
    alike: Charts.alike,
  };

  function listen() {
    const events = new EventSource('/events');
    Object.entries(sections).forEach(([name, show]) =>
      events.addEventListener(name, event => show(JSON.parse(event.data))));
    events.addEventListener('open', () => {
      connected = true;
      showState();
    });
    events.addEventListener('error', () => {
      connected = false;
      state('lost', run.live
        ? 'not connected; if the run has ended: streamclr page --run ' + (run.folder ?? 'RUN')
        : 'not connected; streamclr page has ended');
    });
  }

  function drawAnew() {
    Charts.forget(host);
    Charts.draw(host, Runs.name());
    if (Gallery.classes()) {
      Gallery.drawMap();
    }
  }

  function smooth(weight) {
    $('smoothing').value = weight;
    $('smoothing-value').textContent = weight > 0 ? weight.toFixed(2) : 'off';
    Charts.smooth(weight);
  }

  $('smoothing').addEventListener('input', event => smooth(+event.target.value));
  $('all').addEventListener('click', Charts.all);
  let asking = 0;
  Charts.whenZoomed((steps, any) => {
    $('all').hidden = !any;
    clearTimeout(asking);
    asking = setTimeout(() => Runs.detail(steps).catch(() => {}), 300);
  });

  $('close').addEventListener('click', () => $('lineage').close());
  $('lineage').addEventListener('click', event => event.target === $('lineage') && $('lineage').close());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAnew);
  let width = window.innerWidth;
  let resizing = 0;
  addEventListener('resize', () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      if (window.innerWidth !== width) {
        width = window.innerWidth;
        drawAnew();
      }
    }, 200);
  });
  setInterval(() => {
    Charts.draw(host, Runs.name());
    if (!run.live) { // it ends without another event
      showState();
      showLeft();
    }
  }, 500);
  listen();
})();
