'use strict';
const $ = id => document.getElementById(id);
const history = [];
let picture = null;
let running = 0;
let boxes = [];
let tab = 'curl';

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function element(tag, text, name) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (name) made.className = name;
  return made;
}

function headers(more) {
  const token = $('token').value;
  return token ? { ...more, Authorization: 'Bearer ' + token } : { ...more };
}

async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: headers(options.headers) });
  if (answer.status === 401) $('token-label').hidden = false;
  const text = await answer.text();
  let json = {};
  try { json = text ? JSON.parse(text) : {}; } catch { json = { error: text }; }
  if (!answer.ok) throw new Error(json.error || 'the server answered ' + answer.status);
  return json;
}

function complain(error) {
  $('error').hidden = !error;
  $('error').textContent = error ? error.message || String(error) : '';
}

async function listModels() {
  try {
    const index = await ask('/v2/repository/index', { method: 'POST', body: '{}' });
    const ready = index.filter(model => model.state === 'READY');
    const keep = $('model').value;
    $('model').replaceChildren(...ready.map(model => new Option(model.name)));
    if (keep) $('model').value = keep;
    $('other').replaceChildren(new Option('nothing', ''), ...ready.map(model => new Option(model.name)));
    complain(null);
    await showCard();
  } catch (error) { complain(error); }
}

async function showCard() {
  const name = $('model').value;
  if (!name) return;
  const card = await ask('/v2/models/' + encodeURIComponent(name) + '/card');
  const tensor = t => t.name + ' ' + t.datatype + ' [' + t.shape.map(n => n < 0 ? 'N' : n).join(', ') + ']';
  const rows = [['Network', card.network], ['Version', card.version], ['Task', card.task || 'not stated'], ['Takes', card.inputs.map(tensor).join('; ')],
    ['Gives', card.outputs.map(tensor).join('; ')], ['Labels', card.classes || 'none'],
    ['A picture takes', (card.picture_us / 1000).toFixed(2) + ' ms'], ['Batches', 'up to ' + card.max_batch_size],
    ['Kernels', card.tier], ['Why', card.tier_reason], ['Threads', card.threads], ...Object.entries(card.settings)];
  $('card').replaceChildren(...rows.flatMap(([key, value]) => [element('dt', key), element('dd', String(value))]));
  showCode();
}

function showCode() {
  const name = encodeURIComponent($('model').value || 'MODEL');
  const file = picture ? picture.name : 'picture.jpg';
  const type = picture ? picture.type || 'image/jpeg' : 'image/jpeg';
  const url = location.origin + '/classify/' + name;
  $('code').textContent = {
    curl: `curl --data-binary @'${file}' \\\n  -H 'Content-Type: ${type}' \\\n  ${url}`,
    python: `import urllib.request, json\n\nrequest = urllib.request.Request(\n    "${url}",\n    data=open("${file}", "rb").read(),\n    headers={"Content-Type": "${type}"})\nfor c in json.load(urllib.request.urlopen(request))["classes"]:\n    print(c["label"], c["probability"])`,
    java: `var request = HttpRequest.newBuilder(URI.create("${url}"))\n    .header("Content-Type", "${type}")\n    .POST(BodyPublishers.ofFile(Path.of("${file}")))\n    .build();\nSystem.out.println(HttpClient.newHttpClient()\n    .send(request, BodyHandlers.ofString()).body());`,
  }[tab];
}

async function classify(model, body) {
  const start = performance.now();
  const answer = await ask('/classify/' + encodeURIComponent(model) + '?top=5',
    { method: 'POST', body, headers: { 'Content-Type': body.type || 'application/octet-stream' } });
  return { model, answer, ms: performance.now() - start };
}

function showResult({ model, answer, ms }, second) {
  const result = element('div', undefined, second ? 'result second' : 'result');
  const title = element('h3', model);
  title.append(element('span', ms.toFixed(1) + ' ms', 'quiet'));
  result.append(title);
  for (const { label, index, probability } of answer.classes || []) {
    const bar = element('div', undefined, 'bar');
    const progress = element('progress');
    progress.max = 1;
    progress.value = probability;
    progress.setAttribute('aria-hidden', 'true');
    bar.append(progress, element('span', label || 'class ' + index), element('span', (100 * probability).toFixed(1) + ' %'));
    result.append(bar);
  }
  for (const { label, score } of answer.detections || []) {
    const bar = element('div', undefined, 'bar');
    bar.append(element('span', label), element('span', (100 * score).toFixed(1) + ' %'));
    result.append(bar);
  }
  return result;
}

async function run() {
  if (!picture || !$('model').value) return;
  const turn = ++running;
  complain(null);
  $('answers').setAttribute('aria-busy', 'true');
  try {
    const names = [$('model').value, $('other').value].filter(Boolean);
    const results = [];
    for (const name of names) results.push(await classify(name, picture));
    if (turn !== running) return;
    $('answers').replaceChildren(...results.map((result, i) => showResult(result, i > 0)));
    boxes = results[0].answer.detections || [];
    history.push(results.map(result => result.ms));
    if (history.length > 60) history.shift();
    drawChart();
    await drawPicture(results[0].answer);
  } catch (error) {
    if (turn === running) { complain(error); $('answers').replaceChildren(element('p', 'No answer.', 'quiet')); }
  } finally { $('answers').removeAttribute('aria-busy'); }
}

function drawChart() {
  const canvas = $('chart');
  const scale = devicePixelRatio || 1;
  canvas.width = canvas.clientWidth * scale;
  canvas.height = canvas.clientHeight * scale;
  const pen = canvas.getContext('2d');
  const most = Math.max(...history.flat()) * 1.1 || 1;
  pen.font = 12 * scale + 'px system-ui';
  pen.fillStyle = style('--quiet');
  pen.fillText(most.toFixed(0) + ' ms', 0, 12 * scale);
  const width = canvas.width / 60;
  history.forEach((times, i) => times.forEach((ms, k) => {
    pen.fillStyle = style(k ? '--second' : '--accent');
    const height = ms / most * canvas.height;
    const part = width / times.length;
    pen.fillRect(canvas.width - (history.length - i) * width + k * part, canvas.height - height, Math.max(1, part - scale), height);
  }));
  const sorted = history.map(times => times[0]).sort((a, b) => a - b);
  $('latency').textContent = 'Median ' + sorted[sorted.length >> 1].toFixed(1) + ' ms, longest '
    + sorted[sorted.length - 1].toFixed(1) + ' ms of ' + sorted.length + ', network included.';
}

async function drawPicture(answer) {
  const image = await createImageBitmap(picture, { imageOrientation: 'from-image' });
  const canvas = $('preview');
  canvas.width = image.width;
  canvas.height = image.height;
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  if (answer && answer.mask) await drawMask(pen, answer.mask, canvas);
  const unit = Math.max(image.width, image.height) / 400;
  for (const { label, score, box: [left, top, right, bottom] } of boxes) {
    pen.lineWidth = 2 * unit;
    pen.strokeStyle = '#ff3b6b';
    pen.strokeRect(left, top, right - left, bottom - top);
    pen.font = 'bold ' + 12 * unit + 'px system-ui';
    const text = label + ' ' + Math.round(100 * score) + ' %';
    const y = Math.max(16 * unit, top);
    pen.fillStyle = '#ff3b6b';
    pen.fillRect(left, y - 16 * unit, pen.measureText(text).width + 8 * unit, 16 * unit);
    pen.fillStyle = '#fff';
    pen.fillText(text, left + 4 * unit, y - 4 * unit);
  }
  $('caption').textContent = picture.name + ', ' + image.width + ' × ' + image.height + ' pixels';
  $('figure').hidden = false;
}

async function drawMask(pen, mask, canvas) {
  const labels = Uint8Array.from(atob(mask.labels), c => c.charCodeAt(0));
  const pixels = new ImageData(mask.width, mask.height);
  labels.forEach((label, i) => {
    if (!label) return;
    const hue = label * 47 % 360 / 60;
    const mix = n => 255 * Math.max(0, Math.min(1, Math.abs((hue + n) % 6 - 3) - 1));
    pixels.data.set([mix(0), mix(4), mix(2), 140], 4 * i);
  });
  pen.drawImage(await createImageBitmap(pixels), 0, 0, canvas.width, canvas.height);
}

async function take(file) {
  if (!file) return;
  picture = file;
  boxes = [];
  showCode();
  try { await drawPicture(); } catch { $('figure').hidden = true; }
  await run();
}

$('file').addEventListener('change', event => take(event.target.files[0]));
for (const name of ['dragover', 'dragenter']) document.addEventListener(name, event => { event.preventDefault(); $('drop').classList.add('over'); });
document.addEventListener('dragleave', () => $('drop').classList.remove('over'));
document.addEventListener('drop', event => { event.preventDefault(); $('drop').classList.remove('over'); take(event.dataTransfer.files[0]); });
document.addEventListener('paste', event => take([...event.clipboardData.files][0]));
$('model').addEventListener('change', () => { showCard().catch(complain); run(); });
$('other').addEventListener('change', run);
$('token').addEventListener('change', listModels);
$('tabs').addEventListener('click', event => select(event.target.dataset.tab));
$('tabs').addEventListener('keydown', event => {
  const tabs = [...document.querySelectorAll('[role=tab]')];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = tabs.indexOf(event.target);
  if (!step || at < 0) return;
  const next = tabs[(at + step + tabs.length) % tabs.length];
  next.focus();
  select(next.dataset.tab);
});
function select(name) {
  if (!name) return;
  tab = name;
  for (const each of document.querySelectorAll('[role=tab]')) {
    each.setAttribute('aria-selected', each.dataset.tab === name);
    each.tabIndex = each.dataset.tab === name ? 0 : -1;
  }
  showCode();
}
$('copy').addEventListener('click', async () => {
  try { await navigator.clipboard.writeText($('code').textContent); $('copy').textContent = 'Copied'; } catch { $('copy').textContent = 'Select and copy'; }
  setTimeout(() => { $('copy').textContent = 'Copy'; }, 1500);
});
listModels();
