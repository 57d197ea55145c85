// A chart of series over time as SVG: round ticks, gaps where points are missing, a cursor by mouse or arrow keys. Nothing is loaded for it.
const svgSpace = 'http://www.w3.org/2000/svg';
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2419200];
export const drawnMax = 20;

const prefixes = { B: [[2 ** 40, 'Ti'], [2 ** 30, 'Gi'], [2 ** 20, 'Mi'], [2 ** 10, 'Ki']], other: [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']] };

// As ampacity query scales an axis: divided so that numbers are short; energy in watt-hours.
export function scaleFor(unit, largest) {
  if (unit === 'ratio') { return { divisor: 1, unit: '' }; }
  if (['°C', 'K', '%', 's', 'm', 'L/min', 'kPa'].includes(unit)) { return { divisor: 1, unit }; }
  if (unit === 'J' && largest >= 3.6e6) { const hours = scaleFor('Wh', largest / 3600); return { divisor: hours.divisor * 3600, unit: hours.unit }; }
  const found = (unit === 'B' || unit === 'B/s' ? prefixes.B : prefixes.other).find(([size]) => largest >= size);
  return found ? { divisor: found[0], unit: found[1] + (unit ?? '') } : { divisor: 1, unit: unit ?? '' };
}

export function format(value, scale) {
  if (!Number.isFinite(value)) { return String(value); }
  const scaled = value / scale.divisor;
  const size = Math.abs(scaled);
  const text = size !== 0 && (size >= 1e9 || size < 1e-3) ? scaled.toExponential(2) : String(Number(scaled.toFixed(size >= 100 ? 1 : size >= 1 ? 2 : 4)));
  return scale.unit ? `${text} ${scale.unit}` : text;
}

function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return (([1, 2, 2.5, 5].find(factor => factor * power >= least * (1 - 1e-9))) ?? 10) * power;
}

export function valueTicks(least, most, count) {
  if (least >= 0 && least < most / 2) { least = 0; }
  if (most - least <= Math.abs(most) * 1e-12) { const room = most === 0 ? 1 : Math.abs(most) * 0.05; least -= room; most += room; }
  const step = roundStep((most - least) / (count - 1));
  const first = Math.floor(least / step);
  return Array.from({ length: Math.ceil(most / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

export function timeTicks(from, to, count) {
  const step = steps.find(one => one >= (to - from) / count) ?? Math.ceil((to - from) / count / 2419200) * 2419200;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const text = new Date(at * 1000).toISOString();
    ticks.push({ at, label: step >= 86400 || at % 86400 === 0 ? text.slice(5, 10) : step < 60 ? text.slice(11, 19) : text.slice(11, 16) });
  }
  return ticks;
}

function add(parent, name, attributes, text) {
  const element = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) { element.setAttribute(key, value); }
  if (text !== undefined) { element.textContent = text; }
  parent.appendChild(element);
  return element;
}

// Draws series ({ name, points: [[seconds, value]] }) into an SVG; onCursor gets the time under the cursor, or null.
export function draw(svg, series, from, to, step, unit, onCursor) {
  svg.replaceChildren();
  const shown = series.slice(0, drawnMax);
  const values = shown.flatMap(one => one.points.map(point => point[1])).filter(Number.isFinite);
  const width = Math.max(320, svg.clientWidth || 900), height = 340, left = 66, right = 14, top = 22, bottom = 30;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  if (values.length === 0) { add(svg, 'text', { x: left, y: height / 2 }, 'No value to draw: every point is missing, NaN or infinite.'); return scaleFor(unit, 0); }
  let least = Infinity, most = -Infinity;
  for (const value of values) { least = Math.min(least, value); most = Math.max(most, value); }
  const scale = scaleFor(unit, Math.max(Math.abs(least), Math.abs(most)));
  const ticks = valueTicks(least / scale.divisor, most / scale.divisor, 6);
  const low = ticks[0], high = ticks[ticks.length - 1];
  const x = at => left + (at - from) / Math.max(1e-9, to - from) * (width - left - right);
  const y = value => top + (high - value / scale.divisor) / (high - low) * (height - top - bottom);
  add(svg, 'text', { x: left, y: 12, 'text-anchor': 'end' }, scale.unit);
  for (const tick of ticks) {
    const at = top + (high - tick) / (high - low) * (height - top - bottom);
    add(svg, 'line', { class: 'amp-grid', x1: left, x2: width - right, y1: at, y2: at });
    add(svg, 'text', { x: left - 8, y: at + 4, 'text-anchor': 'end' }, String(tick));
  }
  for (const tick of timeTicks(from, to, Math.max(2, Math.floor((width - left) / 110)))) {
    add(svg, 'line', { class: 'amp-axis', x1: x(tick.at), x2: x(tick.at), y1: height - bottom, y2: height - bottom + 5 });
    add(svg, 'text', { x: Math.min(x(tick.at), width - 20), y: height - bottom + 19, 'text-anchor': 'middle' }, tick.label);
  }
  add(svg, 'line', { class: 'amp-axis', x1: left, x2: width - right, y1: height - bottom, y2: height - bottom });
  shown.forEach((one, i) => {
    let path = '', last = null;
    for (const [at, value] of one.points) {
      if (!Number.isFinite(value)) { last = null; continue; }
      // A point that follows later than the next step was missing in between; one alone is a dot.
      path += `${last !== null && at - last <= step * 1.5 ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}h.01`;
      last = at;
    }
    add(svg, 'path', { d: path, style: `stroke:var(--s${i % 8})${i >= 8 ? ';stroke-dasharray:6 3' : ''}`, 'data-testid': 'explore-line' });
  });
  const cursor = add(svg, 'line', { class: 'amp-cursor', y1: top, y2: height - bottom, visibility: 'hidden' });
  let at = null;
  const show = time => {
    at = time === null ? null : Math.min(to, Math.max(from, from + Math.round((time - from) / step) * step));
    cursor.setAttribute('visibility', at === null ? 'hidden' : 'visible');
    if (at !== null) { cursor.setAttribute('x1', x(at)); cursor.setAttribute('x2', x(at)); }
    onCursor(at);
  };
  svg.onmousemove = event => { const box = svg.getBoundingClientRect(); show(from + ((event.clientX - box.left) / box.width * width - left) / (width - left - right) * (to - from)); };
  svg.onmouseleave = () => show(null);
  svg.onblur = () => show(null);
  svg.onkeydown = event => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (by) { show((at ?? to) + by * step); event.preventDefault(); }
    else if (event.key === 'Escape') { show(null); }
  };
  return scale;
}
