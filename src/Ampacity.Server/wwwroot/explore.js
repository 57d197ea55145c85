// The Explore page: asks this server's own API and shows what comes. What is asked stands in the address, so that every view can be linked.
import { draw, drawnMax, format } from './explore-chart.js';
import { complete, promqlOffers, sqlOffers } from './explore-complete.js';

const rowsShown = 1000;
const spans = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

function lengthOf(text) {
  const parts = [...(text ?? '').matchAll(/(\d+)([smhdw])/g)];
  return parts.length > 0 && parts.map(part => part[0]).join('') === text ? parts.reduce((sum, part) => sum + Number(part[1]) * spans[part[2]], 0) : null;
}

function roundStep(least) {
  return [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400].find(step => step >= least) ?? Math.ceil(least / 86400) * 86400;
}

function pointed(message, text) {
  const place = /(\d+):(\d+): parse error: ([^]*)$/.exec(message);
  const line = place && text.split('\n')[Number(place[1]) - 1];
  return line === undefined || line === null ? message : `${line.replaceAll('\t', ' ')}\n${' '.repeat(Number(place[2]) - 1)}^\n${place[1]}:${place[2]}: ${place[3]}`;
}

export function start(root, page, functions) {
  const at = id => root.querySelector(`[data-testid="explore-${id}"]`);
  const leaving = new AbortController();
  let running = null, answer = null, tables = [], view = 'chart';

  function address() {
    const state = new URLSearchParams();
    const lang = at('tab-sql').getAttribute('aria-selected') === 'true' ? 'sql' : 'promql';
    state.set('lang', lang);
    state.set('q', at(lang).value);
    if (lang === 'promql') {
      for (const name of ['range', 'end', 'step']) { if (at(name).value.trim()) { state.set(name, at(name).value.trim()); } }
      if (view === 'table') { state.set('view', view); }
    }
    return `${location.pathname}?${state}`;
  }

  const say = (text, isWrong = false) => {
    at('status').textContent = isWrong ? '' : text;
    at('wrong').textContent = isWrong ? text : '';
    at('wrong').hidden = !isWrong;
  };

  function tab(lang) {
    for (const one of ['promql', 'sql']) {
      at(`tab-${one}`).setAttribute('aria-selected', String(one === lang));
      at(`tab-${one}`).tabIndex = one === lang ? 0 : -1;
      at(`panel-${one}`).hidden = one !== lang;
    }
    at('result').hidden = true;
    say('');
  }

  function fill(head, rows, cellOf, rightFrom) {
    const table = at('rows');
    const headRow = table.tHead.rows[0], body = table.tBodies[0];
    headRow.replaceChildren(...head.map((text, i) => { const cell = document.createElement('th'); cell.scope = 'col'; cell.textContent = text; if (rightFrom(i)) { cell.className = 'amp-right'; } return cell; }));
    body.replaceChildren(...rows.slice(0, rowsShown).map(row => {
      const line = document.createElement('tr');
      line.dataset.testid = 'explore-row';
      line.append(...head.map((_, i) => { const cell = document.createElement('td'); cell.append(cellOf(row, i)); if (rightFrom(i)) { cell.className = 'amp-right'; } return cell; }));
      return line;
    }));
    at('more').textContent = rows.length > rowsShown ? `The first ${rowsShown} of ${rows.length} rows are shown.` : '';
  }

  function labelNames(series) {
    const names = [...new Set(series.flatMap(one => Object.keys(one.metric)))].sort();
    const telling = names.filter(name => series.some(one => one.metric[name] !== series[0].metric[name]));
    return telling.length > 0 ? telling : names;
  }

  function showSeries() {
    const { series, from, to, step, unit, text } = answer;
    const names = labelNames(series);
    const nameOf = one => names.map(name => one.metric[name] ? `${name}=${one.metric[name]}` : '').filter(part => part).join(', ') || text;
    at('chart').toggleAttribute('hidden', view !== 'chart');
    for (const one of ['chart', 'table']) { at(`view-${one}`).setAttribute('aria-pressed', String(one === view)); }
    if (view === 'table') {
      fill([...names, 'first', 'least', 'most', 'last'], series, (one, i) => i < names.length ? one.metric[names[i]] ?? '' : format(
        [one.points[0][1], Math.min(...one.finite), Math.max(...one.finite), one.points.at(-1)[1]][i - names.length], answer.scale), i => i >= names.length);
      return;
    }
    let legend;
    const values = time => legend.forEach(([cell, one]) => {
      const point = time === null ? one.points.at(-1) : one.points.find(([at]) => Math.abs(at - time) < step / 2);
      cell.textContent = point ? format(point[1], answer.scale) : '—';
    });
    const scale = draw(at('chart'), series, from, to, step, unit, time => {
      at('rows').tHead.rows[0].lastElementChild.textContent = time === null ? 'last' : new Date(time * 1000).toISOString().slice(5, 19).replace('T', ' ');
      values(time);
    });
    answer.scale = scale;
    fill(['series', 'least', 'most', 'last'], series.slice(0, drawnMax), (one, i) => {
      if (i > 0) { return format([Math.min(...one.finite), Math.max(...one.finite), one.points.at(-1)[1]][i - 1], scale); }
      const name = document.createElement('span');
      name.className = 'amp-named';
      const key = document.createElement('i');
      key.className = 'amp-key';
      key.style.background = `var(--s${series.indexOf(one) % 8})`;
      const said = document.createElement('span');
      said.textContent = nameOf(one);
      name.append(key, said);
      return name;
    }, i => i > 0);
    legend = [...at('rows').tBodies[0].rows].map((row, i) => [row.lastElementChild, series[i]]);
    if (series.length > drawnMax) { at('more').textContent = `${drawnMax} of ${series.length} series are drawn, those with the largest values; topk or sum by narrow them down, Table has all.`; }
  }

  async function get(address, options) {
    running?.abort();
    running = new AbortController();
    const stop = AbortSignal.any([running.signal, leaving.signal]);
    const response = await fetch(address, { ...options, signal: stop });
    const body = await response.json();
    if (!response.ok) { throw new Error(body.error ?? body.detail ?? `The server answered ${response.status}.`); }
    return body;
  }

  async function runPromql() {
    const text = at('promql').value.trim();
    const range = lengthOf(at('range').value.trim() || '1h');
    const end = at('end').value.trim();
    const endSeconds = end === '' || end === 'now' ? Date.now() / 1000 : Date.parse(/Z|[+-]\d\d:\d\d$/.test(end) ? end : `${end}Z`) / 1000;
    if (!range) { say('Range is a length of time such as 15m, 6h or 7d.', true); return; }
    if (!Number.isFinite(endSeconds)) { say('End is now, or an instant such as 2026-11-23T12:00:00Z.', true); return; }
    const step = lengthOf(at('step').value.trim()) ?? roundStep(range / 240);
    const to = Math.floor(endSeconds / step) * step, from = to - Math.ceil(range / step) * step;
    const body = await get(`api/v1/query_range?${new URLSearchParams({ query: text, start: from, end: to, step })}`);
    const series = body.data.result.map(one => {
      const points = one.values.map(([time, value]) => [time, Number(value.replace('Inf', 'Infinity'))]);
      return { metric: one.metric, points, finite: points.map(point => point[1]).filter(Number.isFinite) };
    });
    series.sort((a, b) => Math.max(...b.finite, -Infinity) - Math.max(...a.finite, -Infinity));
    answer = { series, from, to, step, text, unit: await page.invokeMethodAsync('UnitOf', text), scale: { divisor: 1, unit: '' } };
    at('result').hidden = series.length === 0;
    at('views').hidden = false;
    say(series.length === 0 ? 'No series matches in that time.' : `${series.length} series, a point every ${step} s, times in UTC${body.warnings ? `; ${body.warnings.join('; ')}` : ''}`);
    if (series.length > 0) { const kept = view; view = 'chart'; showSeries(); if (kept !== view) { view = kept; showSeries(); } }
  }

  async function runSql() {
    const body = await get('api/v1/sql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ statement: at('sql').value, maxRows: rowsShown }) });
    at('result').hidden = false;
    at('views').hidden = true;
    at('chart').toggleAttribute('hidden', true);
    const isNumber = body.columns.map(column => /Int|Double|Float|Decimal/.test(column.type));
    fill(body.columns.map(column => column.name), body.rows, (row, i) => row[i] === null ? '—' : typeof row[i] === 'object' ? JSON.stringify(row[i]) : String(row[i]), i => isNumber[i]);
    say(`${body.rowCount}${body.isCut ? ' and more' : ''} row${body.rowCount === 1 ? '' : 's'} in ${Math.round(body.elapsedMs)} ms`);
  }

  async function run() {
    const isSql = at('tab-sql').getAttribute('aria-selected') === 'true';
    history.replaceState(history.state, '', address());
    if (!at(isSql ? 'sql' : 'promql').value.trim()) { say('Write what to ask first; Ctrl+Space lists names.', true); return; }
    say('Asking …');
    root.setAttribute('aria-busy', 'true');
    try {
      await (isSql ? runSql() : runPromql());
    } catch (error) {
      if (error.name !== 'AbortError') { at('result').hidden = true; say(isSql ? error.message : pointed(error.message, at('promql').value), true); }
    } finally {
      root.removeAttribute('aria-busy');
    }
  }

  const asked = new URLSearchParams(location.search);
  const lang = asked.get('lang') === 'sql' ? 'sql' : 'promql';
  tab(lang);
  if (asked.has('q')) { at(lang).value = asked.get('q'); }
  for (const name of ['range', 'end', 'step']) { if (asked.has(name)) { at(name).value = asked.get(name); } }
  view = asked.get('view') === 'table' ? 'table' : 'chart';

  complete(at('promql'), at('promql-list'), (text, caret) => promqlOffers(text, caret, functions), () => {});
  complete(at('sql'), at('sql-list'), (text, caret) => sqlOffers(text, caret, tables), () => {});
  fetch('api/v1/sql/tables', { signal: leaving.signal }).then(response => response.ok ? response.json() : []).then(found => { tables = found; }, () => {});
  for (const one of ['promql', 'sql']) {
    at(`tab-${one}`).onclick = () => { tab(one); history.replaceState(history.state, '', address()); at(one).focus(); };
    at(`tab-${one}`).onkeydown = event => { if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') { const other = one === 'sql' ? 'promql' : 'sql'; tab(other); at(`tab-${other}`).focus(); } };
    at(one).addEventListener('keydown', event => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } });
    at(`view-${one === 'sql' ? 'table' : 'chart'}`).onclick = () => { view = one === 'sql' ? 'table' : 'chart'; showSeries(); history.replaceState(history.state, '', address()); };
    at(`form-${one}`).onsubmit = event => { event.preventDefault(); run(); };
  }
  root.querySelectorAll('[data-share]').forEach(button => {
    button.onclick = async () => {
      history.replaceState(history.state, '', address());
      try { await navigator.clipboard.writeText(location.href); say('The link is copied.'); } catch { say(`The link is this page's address: ${location.href}`); }
    };
  });
  const redraw = () => { if (answer && !at('result').hidden && view === 'chart' && !at('chart').hasAttribute('hidden')) { showSeries(); } };
  addEventListener('resize', redraw, { signal: leaving.signal });
  root.dataset.ready = 'true';
  if (asked.get('q')) { run(); }
  return { stop: () => leaving.abort() };
}
