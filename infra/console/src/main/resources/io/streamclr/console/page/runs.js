'use strict';

/* Runs side by side: which are chosen, their settings and what was measured of them. */
const Runs = (() => {
  const $ = id => document.getElementById(id);
  const LOOK_MILLIS = 10_000;
  const MOST = Charts.COLOURS.length - 1;

  const chosen = new Map();
  let listed = '';
  let main = {name: '', settings: {}, results: []};
  let detailAsked = 0;
  const notes = {list: '', choice: ''};

  function note(about, text) {
    notes[about] = text;
    $('compare-note').textContent = [notes.list, notes.choice].filter(each => each !== '').join(' ');
  }

  async function json(address) {
    const answer = await fetch(address);
    if (!answer.ok) {
      throw new Error(await answer.text());
    }
    return answer.json();
  }

  const place = (name, query = '') => `/runs/${encodeURIComponent(name)}${query}`;

  async function list() {
    const {main: name, runs} = await json('/runs');
    main.name = name;
    if (JSON.stringify(runs) === listed) {
      return;
    }
    const first = listed === '';
    listed = JSON.stringify(runs);
    $('compare').hidden = runs.length === 0;
    $('compare-count').textContent = runs.length;
    $('compare-runs').replaceChildren(...runs.map(run => {
      const label = document.createElement('label');
      const box = document.createElement('input');
      box.type = 'checkbox';
      box.value = run.name;
      box.checked = chosen.has(run.name) || (first && run.asked);
      box.addEventListener('change', () => {
        note('choice', '');
        choose(run.name, box);
      });
      label.append(box, run.name);
      return label;
    }));
    for (const box of document.querySelectorAll('#compare-runs input:checked')) {
      $('compare').open = true;
      await choose(box.value, box);
    }
  }

  async function choose(name, box) {
    if (!box.checked) {
      drop(name);
    } else if (chosen.size >= MOST && !chosen.has(name)) {
      box.checked = false;
      note('choice', `${MOST} runs can be laid over this one; take one away first.`);
    } else if (await load(name)) {
      draw();
    }
  }

  /** Lays a run over the others as it is now; one that cannot be read is taken away, and the note says why. */
  async function load(name) {
    try {
      const run = await json(place(name));
      chosen.set(name, run);
      Curves.lay(name, run.curves);
      return true;
    } catch (gone) {
      note('choice', `${name}: ${gone.message}`);
      document.querySelectorAll('#compare-runs input').forEach(box => {
        box.checked = box.checked && box.value !== name;
      });
      drop(name);
      return false;
    }
  }

  function drop(name) {
    chosen.delete(name);
    Curves.lay(name, null);
    draw();
  }

  /** Asks for more points of the steps that are looked at. */
  async function detail(range) {
    const asked = ++detailAsked;
    if (range === null) {
      Curves.inDetail(null, null);
      return;
    }
    if (!Curves.isThinned()) {
      return;
    }
    const query = `?from=${Math.floor(range[0])}&to=${Math.ceil(range[1])}`;
    for (const [run, name] of [[null, main.name], ...[...chosen.keys()].map(each => [each, each])]) {
      const {curves} = await json(place(name, query));
      if (asked !== detailAsked) {
        return;
      }
      Curves.inDetail(run, curves);
    }
  }

  const words = text => text.replaceAll('_', ' ');

  function settings() {
    const runs = [main, ...chosen.values()];
    const names = [...new Set(runs.flatMap(run => Object.keys(run.settings)))];
    const differs = name => runs.some(run => run.settings[name] !== main.settings[name]);
    $('settings-only').hidden = chosen.size === 0;
    const only = chosen.size > 0 && $('only-differences').checked;
    const groups = new Map();
    names.filter(name => !only || differs(name)).forEach(name => {
      const group = name.includes('.') ? name.slice(0, name.indexOf('.')) : 'run';
      groups.set(group, [...(groups.get(group) ?? []), name]);
    });
    const table = document.createElement('table');
    if (chosen.size > 0) {
      const head = document.createElement('tr');
      head.append(Elements.make('th', ''), ...runs.map(run => Elements.make('th', run.name, 'value')));
      table.append(head);
    }
    const blocks = [...groups].map(([group, members]) => {
      const body = document.createElement('tbody');
      const title = document.createElement('tr');
      const heading = Elements.make('th', words(group), 'group');
      heading.colSpan = runs.length + 1;
      title.append(heading);
      body.append(title, ...members.map(name => {
        const row = document.createElement('tr');
        const isOther = differs(name);
        row.className = isOther ? 'differs' : '';
        row.append(Elements.make('td', (isOther ? '≠ ' : '') + words(name.slice(name.indexOf('.') + 1))),
          ...runs.map(run => Elements.make('td', run.settings[name] ?? '–', 'value')));
        return row;
      }));
      return body;
    });
    if (chosen.size > 0) {
      table.append(...blocks);
      $('settings-table').replaceChildren(groups.size > 0 ? table : Elements.make('p', 'All settings are alike.', 'none'));
    } else {
      $('settings-table').replaceChildren(...blocks.map(block => {
        const one = document.createElement('table');
        one.append(block);
        return one;
      }));
    }
    $('settings-table').className = chosen.size > 0 ? 'scroll' : 'groups';
    if (names.length === 0) {
      $('settings-table').replaceChildren(Elements.make('p', 'Noted after the first step.', 'none'));
    }
  }

  function results() {
    const tables = [main, ...chosen.values()].flatMap(run => run.results.map(table => ({run, table})));
    const measures = new Map(tables.flatMap(({table}) => table.measures.map(({key, title}) => [key, title])));
    $('results-empty').hidden = tables.length > 0;
    const head = document.createElement('tr');
    head.append(Elements.make('th', ''), ...[...measures.values()].map(title => Elements.make('th', title)));
    const rows = tables.flatMap(({run, table}) => {
      const title = document.createElement('tr');
      const by = `${chosen.size > 0 ? `${run.name}, ` : ''}by streamclr ${table.by}`
        + (table.step > 0 ? `, encoder of step ${table.step.toLocaleString('en')}` : ', baselines; the trained encoder follows');
      const heading = Elements.make('th', by, 'group');
      heading.colSpan = measures.size + 1;
      title.append(heading);
      return [title, ...table.rows.map(row => {
        const line = document.createElement('tr');
        line.className = row.key === 'trained' ? 'best' : '';
        line.append(Elements.make('td', row.title), ...[...measures.keys()]
          .map(key => Elements.make('td', row[key] == null ? '–' : `${(100 * row[key]).toFixed(1)} %`)));
        return line;
      })];
    });
    $('results').replaceChildren(...(tables.length > 0 ? [head, ...rows] : []));
  }

  function draw() {
    settings();
    results();
  }

  async function look() {
    try {
      await list();
      note('list', '');
      for (const name of [...chosen.keys()]) {
        await load(name);
      }
    } catch (away) {
      note('list', 'The list of runs cannot be read at present.');
    }
    setTimeout(look, LOOK_MILLIS);
  }

  $('only-differences').addEventListener('change', draw);
  look();

  return {
    detail, name: () => main.name,
    settings: told => {
      main.settings = told;
      draw();
    },
    results: told => {
      main.results = told;
      draw();
    },
  };
})();
