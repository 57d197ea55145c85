// Completion in a text box: a list below it, by arrow keys, Enter or Tab; Escape closes it. What is offered comes from this server alone.
const offeredMax = 50;
const aggregations = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar', 'topk', 'bottomk', 'quantile', 'count_values'];
const words = ['by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'offset', 'bool', 'and', 'or', 'unless'];
const sqlWords = ['SELECT', 'FROM', 'WHERE', 'GROUP BY', 'ORDER BY', 'LIMIT', 'JOIN', 'USING', 'WITH', 'AS', 'DESC', 'HAVING', 'INTERVAL', 'since := INTERVAL', 'count(*)', 'sum(', 'avg(', 'max(', 'min(', 'median(', 'time_bucket('];

const kept = new Map();
async function ask(address) {
  if (!kept.has(address)) {
    kept.set(address, fetch(address).then(answer => answer.ok ? answer.json() : { data: [] }).catch(() => ({ data: [] })));
    // Series come and go: what was asked a minute ago is asked again.
    setTimeout(() => kept.delete(address), 60000);
  }
  return kept.get(address);
}

async function metrics() {
  const [names, described] = await Promise.all([ask('api/v1/label/__name__/values'), ask('api/v1/metadata')]);
  const all = new Map(Object.entries(described.data ?? {}).map(([name, about]) => [name, about[0]?.help ?? '']));
  for (const name of names.data ?? []) { if (!all.has(name)) { all.set(name, ''); } }
  return [...all].map(([text, about]) => ({ text, about: about.slice(0, 60) }));
}

const labels = async metric => (await ask(`api/v1/labels${metric ? `?match[]=${encodeURIComponent(metric)}` : ''}`)).data.filter(name => name !== '__name__').map(text => ({ text, about: 'label' }));
const values = async (name, metric) => (await ask(`api/v1/label/${encodeURIComponent(name)}/values${metric ? `?match[]=${encodeURIComponent(metric)}` : ''}`)).data.map(text => ({ text, about: name }));

// What may stand at the caret: { word, from, offers }.
export async function promqlOffers(text, caret, functions) {
  const before = text.slice(0, caret);
  const value = /([A-Za-z_][\w:]*)?\{[^{}]*?([A-Za-z_]\w*)\s*(?:=~|!~|!=|=)\s*"([^"]*)$/.exec(before);
  if (value) { return { word: value[3], from: caret - value[3].length, offers: await values(value[2], value[1]) }; }
  const label = /([A-Za-z_][\w:]*)?\{(?:[^{}"]|"[^"]*")*?(?:^|[{,])?\s*([A-Za-z_]\w*)?$/.exec(before);
  const inBraces = before.lastIndexOf('{') > before.lastIndexOf('}');
  if (inBraces && label) { const word = label[2] ?? ''; return { word, from: caret - word.length, offers: await labels(label[1]) }; }
  const grouping = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*,)?\s*([A-Za-z_]\w*)?$/.exec(before);
  if (grouping) {
    const word = grouping[2] ?? '';
    const metric = /([A-Za-z_][\w:]*_[\w:]*)/.exec(text.slice(caret))?.[1] ?? /([A-Za-z_][\w:]*_[\w:]*)/.exec(before.slice(0, grouping.index))?.[1];
    return { word, from: caret - word.length, offers: await labels(metric) };
  }
  const word = /[A-Za-z_:][\w:]*$/.exec(before)?.[0] ?? '';
  if (word.length === 0) { return { word, from: caret, offers: [] }; }
  return {
    word, from: caret - word.length,
    offers: [...await metrics(), ...functions.map(text => ({ text, about: 'function', after: '(' })), ...aggregations.map(text => ({ text, about: 'aggregation' })), ...words.map(text => ({ text, about: '' }))],
  };
}

export async function sqlOffers(text, caret, tables) {
  const before = text.slice(0, caret);
  const selector = /\b(?:samples|minutes|hours)(?:_between)?\(\s*'([^']*)$/i.exec(before);
  if (selector) { const inner = await promqlOffers(selector[1], selector[1].length, []); return { ...inner, from: caret - inner.word.length }; }
  const expression = /\bpromql(?:_between)?\(\s*'([^']*)$/i.exec(before);
  if (expression) { const inner = await promqlOffers(expression[1], expression[1].length, []); return { ...inner, from: caret - inner.word.length }; }
  const word = /[A-Za-z_]\w*$/.exec(before)?.[0] ?? '';
  if (word.length === 0) { return { word, from: caret, offers: [] }; }
  const named = tables.map(table => ({ text: table.name, about: table.meaning.slice(0, 60), after: table.call.includes('(') ? "('" : '' }));
  if (/\b(?:from|join)\s+\w+$/i.test(before)) { return { word, from: caret - word.length, offers: named }; }
  const used = tables.filter(table => new RegExp(`\\b${table.name}(?:_between)?\\b`, 'i').test(text));
  const columns = new Set((used.length ? used : tables).flatMap(table => table.columns));
  return {
    word, from: caret - word.length,
    offers: [
      ...named, ...[...columns].map(text => ({ text, about: 'column' })), ...sqlWords.map(text => ({ text, about: '' })),
    ],
  };
}

function ranked(offers, word) {
  const lower = word.toLowerCase();
  const seen = new Set();
  return offers.filter(offer => offer.text.toLowerCase().includes(lower) && offer.text !== word && !seen.has(offer.text) && seen.add(offer.text))
    .sort((a, b) => (b.text.toLowerCase().startsWith(lower) - a.text.toLowerCase().startsWith(lower)) || a.text.length - b.text.length || a.text.localeCompare(b.text))
    .slice(0, offeredMax);
}

// Gives a text box its list. offersOf(text, caret) says what may come; changed is told of every change of the text.
export function complete(box, list, offersOf, changed) {
  let offers = [], chosen = -1, from = 0, asked = 0;
  const close = () => { offers = []; chosen = -1; list.hidden = true; box.removeAttribute('aria-activedescendant'); };
  const choose = index => {
    chosen = index;
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', i === index ? 'true' : 'false'));
    if (index >= 0) { box.setAttribute('aria-activedescendant', list.children[index].id); list.children[index].scrollIntoView({ block: 'nearest' }); }
  };
  const accept = index => {
    const offer = offers[index];
    const inserted = offer.text + (offer.after && box.value[box.selectionEnd] !== '(' ? offer.after : '');
    box.setRangeText(inserted, from, box.selectionEnd, 'end');
    close();
    changed();
  };
  const open = async () => {
    const turn = ++asked;
    const found = await offersOf(box.value, box.selectionEnd);
    // Somebody typed on meanwhile, or left.
    if (turn !== asked || document.activeElement !== box) { return; }
    offers = ranked(found.offers, found.word);
    from = found.from;
    list.replaceChildren(...offers.map((offer, i) => {
      const item = document.createElement('li');
      item.id = `${list.id}-${i}`;
      item.setAttribute('role', 'option');
      item.append(offer.text);
      if (offer.about) { const about = document.createElement('small'); about.textContent = offer.about; item.append(about); }
      item.onmousedown = event => { event.preventDefault(); accept(i); box.focus(); };
      return item;
    }));
    list.hidden = offers.length === 0;
    choose(offers.length > 0 ? 0 : -1);
  };
  box.addEventListener('input', () => { changed(); open(); });
  box.addEventListener('blur', close);
  box.addEventListener('keydown', event => {
    if (event.key === ' ' && event.ctrlKey) { event.preventDefault(); open(); return; }
    if (list.hidden) { return; }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); choose((chosen + (event.key === 'ArrowDown' ? 1 : offers.length - 1)) % offers.length); }
    else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') { event.preventDefault(); accept(chosen); }
    else if (event.key === 'Escape') { event.preventDefault(); close(); }
  });
  return close;
}
