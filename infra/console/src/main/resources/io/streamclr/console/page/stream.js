'use strict';

/* The images of a stream that were embedded last, each beside those that its encoder finds most like it, and their drift. */
const Stream = (() => {
  const $ = id => document.getElementById(id);
  const element = Elements.make;
  let page = null;
  let told = null;

  const nameOf = image => image.class_name ?? (image.label == null ? null : `class ${image.label}`);
  const classOf = image => image.class_name ?? image.label;
  const moment = text => new Date(text).toLocaleString();

  /** All that is known of an image, in words. */
  const words = image => [image.source || `image ${image.image}`, nameOf(image),
    `partition ${image.partition}, offset ${image.offset}`, image.no_picture].filter(word => word != null).join(' · ');

  /** Its picture, or a grey tile that says why there is none. */
  function tile(image) {
    if (image.no_picture != null) {
      const grey = element('div', image.no_picture, 'no-picture');
      grey.title = words(image);
      return grey;
    }
    const picture = element('img');
    picture.alt = words(image);
    picture.title = picture.alt;
    picture.addEventListener('load', () => picture.classList.toggle('small', picture.naturalWidth < 96));
    picture.src = `/stream/${image.partition}/${image.offset}/thumbnail.png?page=${encodeURIComponent(page)}`;
    return picture;
  }

  function cell(image, ...lines) {
    const made = element('figure');
    const caption = element('figcaption');
    lines.filter(line => line != null).forEach(line => caption.append(element('small', line)));
    made.append(tile(image), caption);
    return made;
  }

  function row(image) {
    const all = element('article', null, 'embedded');
    const alike = element('div', null, 'likes');
    const arrow = element('span', '→');
    arrow.setAttribute('aria-hidden', 'true');
    alike.append(cell(image, nameOf(image)), arrow);
    image.neighbours.forEach(near => {
      const found = cell(near, near.cosine.toFixed(2), nameOf(near));
      found.classList.toggle('same', classOf(image) != null && classOf(image) === classOf(near));
      alike.append(found);
    });
    if (image.neighbours.length === 0) {
      alike.append(element('p', 'The first image of this encoder has no neighbours yet.', 'none'));
    }
    all.append(alike, element('p', `${image.source || `image ${image.image}`} · arrived ${moment(image.arrived_at)}`
      + ` · ${image.run}@${image.step} (${image.encoder.slice(0, 12)})`, 'note'));
    return all;
  }

  function show(stream) {
    told = stream;
    if (page === null || told === null) {
      return; // pictures have addresses of their page
    }
    $('stream').hidden = false;
    $('stream-topic').textContent = `newest images of topic ${told.topic}, each with the most alike of the recent ones`;
    $('stream-images').replaceChildren(...told.newest.map(row));
    const compared = told.newest.map(image => image.compared);
    $('stream-note').textContent = `Numbers are cosines, among the ${Math.max(...compared).toLocaleString('en')} images that the`
      + ' same encoder embedded last; a line under a neighbour marks the same class.';
  }

  function span(seconds) {
    return seconds % 3600 === 0 ? (seconds === 3600 ? 'hour' : `${seconds / 3600} hours`) : `${seconds / 60} minutes`;
  }

  function drift(told) {
    $('stream').hidden = false;
    $('drift').hidden = false;
    const state = $('drift-state');
    state.textContent = told.alarm ? 'alarm' : '';
    const now = told.newest?.words ?? 'The first window is not over yet';
    $('drift-words').textContent = (told.read_to ? `Reading what arrived up to ${moment(told.read_to)}. ` : '') + `${now}.`;
    $('drift-note').textContent = `The images of the last ${span(told.window_seconds)} against the first that the encoder embedded,`
      + ` compared each minute; before this page, at 60 moments at most. The alarm is raised when p is at most ${told.threshold}`
      + ` in ${told.consecutive} windows in a row. The dashed line is that threshold.`;
    $('drift-alarms').replaceChildren(...told.alarms.map(alarm => element('li',
      alarm.over ? `Alarm from ${moment(alarm.from)} to ${moment(alarm.to)}` : `Alarm since ${moment(alarm.from)}`)));
  }

  return {
    show, drift,
    /** @param shownBy which page's pictures they are */
    of: shownBy => {
      page = shownBy;
      show(told);
    },
  };
})();
