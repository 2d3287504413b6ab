'use strict';

(() => {
  const $ = id => document.getElementById(id);
  const host = $('curves');
  let gallery = null;
  let sheet = null;
  let shownBy = null;

  /** An element with text and classes; text is never taken for markup. */
  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text != null) {
      made.textContent = text;
    }
    if (className) {
      made.className = className;
    }
    return made;
  }

  function say(cell, value) {
    const unit = cell.dataset.unit;
    if (value == null) {
      return;
    }
    cell.textContent = unit === '%' ? (100 * value).toFixed(1) : Charts.number(value);
    if (unit) {
      cell.append(element('i', unit));
    }
  }

  function figures(kind, values) {
    document.querySelectorAll(`[data-${kind}]`).forEach(cell => say(cell, values[cell.dataset[kind]]));
  }

  function pairs(list) {
    if (list.length === 0) {
      return;
    }
    $('pairs').replaceChildren(...list.map(pair => {
      const button = element('button');
      button.setAttribute('aria-label', `Pair ${pair.partition}:${pair.offset}`);
      const place = `/pairs/${pair.partition}/${pair.offset}`;
      button.append(picture(`${place}/first.png`, 'first view'), picture(`${place}/second.png`, 'second view'));
      button.addEventListener('click', () => lineage(place));
      return button;
    }));
  }

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
    const drawn = element('div', null, 'drawn');
    drawn.append(original(place, told), view(place, told, 0), view(place, told, 1));
    const where = element('p', `image ${told.image}, offset ${told.image_offset} of partition ${told.partition}`
      + ` · views at offset ${told.offset} · pass ${told.pass} · run seed ${told.run_seed} · recipe ${told.recipe}`, 'where');
    content.replaceChildren(drawn, where);
  }

  function original(place, told) {
    const figure = element('figure');
    const frame = element('div', null, 'frame');
    frame.append(picture(`${place}/original.png`, 'the image'));
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
    figure.append(picture(`${place}/${name}.png`, `${name} view`), caption);
    return figure;
  }

  function showGallery(shown) {
    gallery = shown;
    sheet = new Image();
    sheet.onload = () => {
      drawMap();
      drawNeighbours();
    };
    sheet.src = '/gallery.png';
    const step = `encoder of step ${shown.step.toLocaleString('en')}`;
    $('map-step').textContent = step;
    $('neighbours-step').textContent = step;
  }

  function tile(pen, image, left, top, side) {
    const size = gallery.tile;
    pen.drawImage(sheet, image % gallery.columns * size, Math.floor(image / gallery.columns) * size, size, size,
      left, top, side, side);
  }

  function drawMap() {
    if (!sheet || !sheet.complete || !sheet.naturalWidth) {
      return;
    }
    const canvas = $('map');
    const pen = sharp(canvas, canvas.clientWidth, canvas.clientHeight);
    const side = Math.max(14, Math.min(30, canvas.clientWidth / 22));
    const xs = gallery.points.map(point => point[0]);
    const ys = gallery.points.map(point => point[1]);
    const place = (value, all, room) => {
      const low = Math.min(...all);
      const high = Math.max(...all);
      return high > low ? (value - low) / (high - low) * (room - side - 4) + 2 : room / 2;
    };
    gallery.points.forEach(([x, y], image) => {
      const left = place(x, xs, canvas.clientWidth);
      const top = place(-y, ys.map(value => -value), canvas.clientHeight);
      const label = gallery.labels[image];
      tile(pen, image, left, top, side);
      if (label >= 0) {
        pen.strokeStyle = colour(label);
        pen.lineWidth = 1.5;
        pen.strokeRect(left, top, side, side);
      }
    });
    canvas.dataset.points = gallery.points.length;
    drawClasses();
  }

  function colour(label) {
    return `hsl(${label * 137.5 % 360} 65% 55%)`;
  }

  /** What the colours mean, where classes have names. */
  function drawClasses() {
    const shown = gallery.classes.slice(0, 24);
    $('classes').replaceChildren(...shown.map((name, label) => {
      const item = element('span', name);
      item.style.borderColor = colour(label);
      return item;
    }), ...(gallery.classes.length > shown.length ? [element('small', `and ${gallery.classes.length - shown.length} more`)] : []));
  }

  /** A canvas with as many points as the screen has. */
  function sharp(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext('2d');
    pen.scale(ratio, ratio);
    return pen;
  }

  function drawNeighbours() {
    $('neighbours').replaceChildren(...gallery.neighbours.map(({query, found}) => {
      const row = element('div', null, 'likes');
      row.append(thumbnail(query), element('span', '→'));
      found.forEach(({image, cosine}) => {
        const cell = element('div');
        cell.append(thumbnail(image), element('small', cosine.toFixed(2)));
        row.append(cell);
      });
      return row;
    }));
  }

  function thumbnail(image) {
    const canvas = element('canvas');
    canvas.width = gallery.tile;
    canvas.height = gallery.tile;
    canvas.title = gallery.classes[gallery.labels[image]] || '';
    tile(canvas.getContext('2d'), image, 0, 0, gallery.tile);
    return canvas;
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
      head.forEach(({name, className}) => row.append(element('th', name, className ? 'text' : '')));
      top.append(row);
    }
    $(id).replaceChildren(top, made);
  }

  function checkpoints(list) {
    const names = [...new Set(list.flatMap(each => Object.keys(each.scores)))];
    table('checkpoints',
      [{name: 'step'}, ...names.map(name => ({name: name.replaceAll('_', ' ')}))],
      list.map(each => [each.step.toLocaleString('en'),
        ...names.map(name => each.scores[name] == null ? '' : Charts.number(each.scores[name]))]),
      'None yet.');
  }

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

  function now(values) {
    figures('now', values);
    state('live', values.computing ?? (values.loss == null ? 'waiting for the first views' : values.waiting ? 'waiting for views' : 'training'));
  }

  function state(className, words) {
    $('state').className = className;
    $('state').textContent = words;
  }

  const sections = {
    run: ({run, page}) => {
      if (shownBy && shownBy !== page) {
        location.reload(); // another process shows another run here, or the same anew
      }
      shownBy = page;
      $('run').textContent = `run ${run}`;
      document.title = `${run} · StreamCLR`;
    },
    now, pairs, checkpoints, rejects, troubles,
    topics: values => figures('topics', values),
    gallery: showGallery,
    curves: Charts.replace,
    points: Charts.append,
    alike: Charts.alike,
  };

  function listen() {
    const events = new EventSource('/events');
    Object.entries(sections).forEach(([name, show]) =>
      events.addEventListener(name, event => show(JSON.parse(event.data))));
    events.addEventListener('open', () => state('live', 'connected'));
    events.addEventListener('error', () => state('lost', 'not connected; the run may have ended'));
  }

  function drawAnew() {
    Charts.forget(host);
    Charts.draw(host);
    drawMap();
  }

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
  setInterval(() => Charts.draw(host), 500);
  listen();
})();
