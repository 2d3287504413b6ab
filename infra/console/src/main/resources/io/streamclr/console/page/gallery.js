'use strict';

/* What an encoder makes of a few images of the run: a map of them, and which it takes for alike. */
const Gallery = (() => {
  const $ = id => document.getElementById(id);
  let gallery = null;
  let sheet = null;
  let chosen = -1;
  let places = [];

  function show(told) {
    const follows = gallery === null || chosen === gallery.shown.length - 1;
    gallery = told;
    chosen = follows ? told.shown.length - 1 : Math.min(chosen, told.shown.length - 1);
    sheet = new Image();
    sheet.onload = drawAll;
    sheet.src = '/gallery.png?' + told.count;
    const slider = $('gallery-step');
    slider.max = told.shown.length - 1;
    slider.value = chosen;
    $('gallery-choice').hidden = told.shown.length < 2;
  }

  function drawAll() {
    const {step} = gallery.shown[chosen];
    const words = step === 0 ? 'untrained encoder' : `encoder of step ${step.toLocaleString('en')}`;
    $('map-step').textContent = words;
    $('neighbours-step').textContent = words;
    $('gallery-step').setAttribute('aria-valuetext', words);
    $('map').hidden = false;
    $('map-empty').hidden = true;
    $('map-note').hidden = false;
    drawMap();
    drawNeighbours();
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
    const side = Math.max(16, Math.min(30, canvas.clientWidth / 22));
    const {points} = gallery.shown[chosen];
    const xs = points.map(point => point[0]);
    const ys = points.map(point => -point[1]);
    const place = (value, all, room) => {
      const low = Math.min(...all);
      const high = Math.max(...all);
      return high > low ? (value - low) / (high - low) * (room - side - 4) + 2 : room / 2;
    };
    places = points.map(([x, y]) => [place(x, xs, canvas.clientWidth), place(-y, ys, canvas.clientHeight), side]);
    places.forEach(([left, top], image) => {
      tile(pen, image, left, top, side);
      const label = gallery.labels[image];
      if (label >= 0) {
        pen.strokeStyle = colour(label);
        pen.lineWidth = 2;
        pen.strokeRect(left, top, side, side);
      }
    });
    canvas.dataset.points = points.length;
    drawClasses();
  }

  const colour = label => `hsl(${label * 137.5 % 360} ${55 + label % 3 * 15}% ${label % 2 ? 42 : 58}%)`;
  const nameOf = label => label < 0 ? 'no label' : gallery.classes[label] ?? `class ${label}`;

  /** What the colours mean. */
  function drawClasses() {
    const labels = [...new Set(gallery.labels)].filter(label => label >= 0).sort((one, other) => one - other);
    const shown = labels.slice(0, 24);
    $('classes').replaceChildren(...shown.map(label => {
      const item = document.createElement('span');
      item.textContent = nameOf(label);
      item.style.borderColor = colour(label);
      return item;
    }));
    if (labels.length > shown.length) {
      const more = document.createElement('small');
      more.textContent = `and ${labels.length - shown.length} more`;
      $('classes').append(more);
    }
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
    $('neighbours').replaceChildren(...gallery.shown[chosen].neighbours.map(({query, found}) => {
      const row = document.createElement('div');
      row.className = 'likes';
      const arrow = document.createElement('span');
      arrow.textContent = '→';
      row.append(thumbnail(query), arrow);
      found.forEach(({image, cosine}) => {
        const cell = document.createElement('div');
        const near = document.createElement('small');
        near.textContent = cosine.toFixed(2);
        cell.classList.toggle('same', gallery.labels[query] >= 0 && gallery.labels[query] === gallery.labels[image]);
        cell.append(thumbnail(image), near);
        row.append(cell);
      });
      return row;
    }));
    $('neighbours-note').hidden = gallery.labels.every(label => label < 0);
  }

  function thumbnail(image) {
    const canvas = document.createElement('canvas');
    canvas.width = gallery.tile;
    canvas.height = gallery.tile;
    canvas.title = nameOf(gallery.labels[image]);
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', canvas.title);
    tile(canvas.getContext('2d'), image, 0, 0, gallery.tile);
    return canvas;
  }

  function under(event) {
    const image = places.findLastIndex(([left, top, side]) => event.offsetX >= left && event.offsetX <= left + side
      && event.offsetY >= top && event.offsetY <= top + side);
    $('map').title = image < 0 ? '' : nameOf(gallery.labels[image]);
  }

  $('gallery-step').addEventListener('input', event => {
    chosen = +event.target.value;
    drawAll();
  });
  $('map').addEventListener('pointermove', under);

  return {
    show, drawMap,
    /** How many classes are known of the images that are shown, and whether they have names. */
    classes: () => gallery === null ? null : {
      count: new Set(gallery.labels.filter(label => label >= 0)).size, names: gallery.classes,
    },
    /** Says why there is nothing to see yet. */
    empty: words => {
      if (gallery === null) {
        $('map-empty').textContent = words;
        $('neighbours-empty').textContent = words;
      }
    },
  };
})();
