'use strict';

/*
 * The points of all curves: of the run on the page, of the runs that are laid over it, and what the server says in detail of
 * the steps that somebody looks at closely. A curve is known as FAMILY/NAME.
 */
const Curves = (() => {
  const MOST_POINTS = 2048;

  const own = new Map();
  const others = new Map();
  const detail = new Map();
  let changed = true;

  /** A run of weeks has more points than a screen has columns: two neighbours become their mean. */
  function thin(curve) {
    const half = [[], []];
    for (let i = 1; i < curve[0].length; i += 2) {
      half[0].push(curve[0][i]);
      half[1].push((curve[1][i - 1] + curve[1][i]) / 2);
    }
    return half;
  }

  function replace(all) {
    [...own.keys()].filter(name => !name.startsWith('alike/')).forEach(name => own.delete(name));
    append(all);
  }

  function append(more) {
    for (const [name, [x, y]] of Object.entries(more)) {
      let curve = own.get(name) || [[], []];
      curve[0].push(...x);
      curve[1].push(...y);
      if (curve[0].length > MOST_POINTS) {
        curve = thin(curve);
      }
      own.set(name, curve);
    }
    changed = true;
  }

  /** Counts of cosines from -1 to 1 become shares of all, each from the edge of its bin to the next. */
  function alike({positives, negatives}) {
    for (const [name, counts] of Object.entries({positives, negatives})) {
      const all = counts.reduce((sum, count) => sum + count, 0) || 1;
      const edges = Array.from({length: counts.length + 1}, (_, i) => -1 + 2 * i / counts.length);
      const shares = counts.map(count => count / all);
      own.set(`alike/${name}`, [edges, [...shares, shares[shares.length - 1]]]);
    }
    changed = true;
  }

  /** Lays a run over the others, or takes it away where there are no curves. */
  function lay(run, curves) {
    if (curves) {
      others.set(run, new Map(Object.entries(curves)));
    } else {
      others.delete(run);
      detail.delete(run);
    }
    changed = true;
  }

  /** More points of the steps that are looked at; none for the usual ones. */
  function inDetail(run, curves) {
    if (curves) {
      detail.set(run, new Map(Object.entries(curves)));
    } else {
      detail.clear();
    }
    changed = true;
  }

  /** @param run null for the run on the page */
  function of(run, name) {
    const all = run === null ? own : others.get(run);
    const close = detail.get(run)?.get(name);
    return close && close[0].length > 1 ? close : all?.get(name);
  }

  /** The first and the last x of a whole curve, whatever is known in detail; null where there are no points. */
  function extent(run, name) {
    const x = (run === null ? own : others.get(run))?.get(name)?.[0];
    return x?.length > 0 ? [x[0], x.at(-1)] : null;
  }

  /** The mean of what came before, in which older points count less and less; as TensorBoard smooths. */
  function smoothed(y, weight) {
    let sum = 0;
    let weights = 0;
    return y.map(value => {
      if (value == null) {
        return value;
      }
      sum = weight * sum + (1 - weight) * value;
      weights = weight * weights + (1 - weight);
      return sum / weights;
    });
  }

  /** Whether something has changed since the last question. */
  function news() {
    const any = changed;
    changed = false;
    return any;
  }

  return {
    replace, append, alike, lay, inDetail, of, extent, smoothed, news,
    touch: () => { changed = true; },
    names: () => [...new Set([own, ...others.values()].flatMap(all => [...all.keys()]))],
    runs: () => [...others.keys()],
    newest: name => own.get(name)?.[1].at(-1),
    isThinned: () => [...own.values(), ...[...others.values()].flatMap(all => [...all.values()])]
      .some(curve => curve[0].length >= 512),
  };
})();
