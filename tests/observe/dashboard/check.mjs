// Opens the dashboard of program.js in Chromium, and looks at it as an operator would: with the eyes, the keyboard and a screen reader.
// usage: node check.mjs MILLRACE CHROMIUM FOLDER-FOR-PICTURES
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const [millrace, chromium, pictures] = process.argv.slice(2);
const axe = await readFile(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let checks = 0;

async function check(name, what) {
  try {
    await what();
    checks++;
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  }
}

/// Asks until `question` answers something true.
async function until(what, question, timeMs = 30_000) {
  for (const end = Date.now() + timeMs; ; await pause(100)) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited too long until ${what}`);
  }
}

function startProgram(folder) {
  const file = new URL('program.js', import.meta.url).pathname;
  const program = spawn(millrace, ['run', '--dashboard', file, folder], { stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  program.stderr.on('data', (data) => (said += data));
  const url = until('the program tells its address', () => /^millrace: dashboard at (http:\S+)$/m.exec(said)?.[1], 60_000);
  return { program, url, said: () => said, ask: (what) => writeFile(join(folder, what), '') };
}

class Board {
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.origin = new URL(url).origin;
    this.token = new URL(url).hash.replace('#token=', '');
  }
  text(id) {
    return this.page.$eval(`#${id}`, (element) => element.textContent);
  }
  snapshot() {
    return fetch(`${this.origin}/api/snapshot`, { headers: { Authorization: `Bearer ${this.token}` } }).then((answer) => answer.json());
  }
  /// The colours of the heat map that belong to cells: how many pixels, and how many different ones.
  heat() {
    return this.page.$eval('#heat-map', (canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      const sunk = getComputedStyle(document.documentElement).getPropertyValue('--sunk').trim();
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(sunk.slice(at, at + 2), 16));
      const seen = new Map();
      for (let y = 4; y < canvas.height - 24 * devicePixelRatio; y++)
        for (let x = Math.round(60 * devicePixelRatio); x < canvas.width; x++) {
          const at = (y * canvas.width + x) * 4;
          if (data[at + 3] === 0 || (data[at] === r && data[at + 1] === g && data[at + 2] === b)) continue;
          const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
      const counts = [...seen.values()];
      return { painted: counts.reduce((sum, one) => sum + one, 0), colours: counts.filter((one) => one > 20).length };
    });
  }
  async picture(path) {
    await this.page.evaluate(() => scrollTo(0, 0));
    await this.page.screenshot({ path, fullPage: true });
  }
  async accessible(where) {
    const result = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    const found = result.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n  ')}`);
    assert.deepEqual(found, [], `axe-core, ${where}`);
    assert.ok(result.passes.length > 20, `axe-core looked at ${result.passes.length} rules only`);
  }
}

async function checkFigures(board) {
  const { page } = board;
  await until('figures are live', async () => (await board.text('connection-text')) === 'live' && (await board.text('busy')) !== '–');
  await until('the slow task is listed', async () => (await page.$$eval('#slow-rows tr td.wide', (cells) => cells.length)) > 0);
  await check('the token is out of the address bar', async () => assert.equal(await page.evaluate(() => location.href), `${board.origin}/`));
  await check('figures agree with the snapshot', async () => {
    // Both are of one second when its number is; else again.
    await until('page and snapshot are of the same second', async () => {
      const { frame } = await board.snapshot();
      const [foot, busy, errors, timers, memory] = await Promise.all(['foot', 'busy', 'errors', 'handles-total', 'memory'].map((id) => board.text(id)));
      const again = await board.snapshot();
      if (again.frame.sequence !== frame.sequence || !foot.includes(`${frame.totals.ticks.toLocaleString('en')} ticks`)) return false;
      const share = frame.loop.utilization * 100;
      assert.equal(busy, `${share > 0 && share < 10 ? share.toFixed(1) : share.toFixed(0)} %`);
      assert.equal(errors, String(frame.errors.total));
      assert.ok(timers.startsWith(`${frame.handles.total}, of which ${frame.handles.referenced} keep`), timers);
      const mebibytes = frame.memory.resident_bytes / 2 ** 20;
      assert.ok(Math.abs(parseFloat(memory) - mebibytes) <= mebibytes * 0.01, `${memory} for ${mebibytes} MiB`);
      return true;
    });
  });
  await check('what the program does is seen', async () => {
    // Some second of a machine that others use as well shows it all.
    const { frame } = await until('a second has what the program does', async () => {
      const snapshot = await board.snapshot();
      const { latency, loop } = snapshot.frame;
      return latency.task_duration.count > 100 && latency.timer_lateness.count > 50 && loop.utilization > 0.02 && loop.utilization < 0.99 && snapshot;
    });
    assert.ok(frame.slow.listed.some((one) => one.duration_s > 0.2 && one.duration_s < 5 && /made at .*program\.js:\d+/.test(one.site)), JSON.stringify(frame.slow));
    assert.ok(frame.errors.listed.some((one) => one.message.includes('order 4711 failed')), JSON.stringify(frame.errors));
    assert.ok(frame.memory.heap_used_bytes > 1e5 && frame.memory.resident_bytes > frame.memory.heap_used_bytes, JSON.stringify(frame.memory));
    const timers = frame.queues.find((queue) => queue.name.startsWith('Timers of JavaScript'));
    assert.ok(timers.waiting >= 7, JSON.stringify(frame.queues));
    assert.ok((await page.$eval('#errors-rows', (body) => body.textContent)).includes('order 4711 failed'));
  });
  await check('the heat map is painted', async () => {
    await until('some seconds are in it', async () => (await page.$eval('#heat', (slider) => Number(slider.ariaValueMax))) >= 5);
    const { painted, colours } = await board.heat();
    assert.ok(painted > 500 && colours >= 3, `${painted} pixels in ${colours} colours`);
  });
  await check('what /metrics says has the same names as elsewhere', async () => {
    const text = await (await fetch(`${board.origin}/metrics`, { headers: { Authorization: `Bearer ${board.token}` } })).text();
    assert.match(text, /^millrace_loop_task_duration_seconds_count\{kind="timer"\} \d+$/m);
  });
}

async function checkKeyboard(board) {
  const { page } = board;
  await check('everything is reached by the Tab key, in the order of the page', async () => {
    const reached = [];
    await page.evaluate(() => document.activeElement.blur());
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      const id = await page.evaluate(() => document.activeElement.id || document.activeElement.name || document.activeElement.className || document.activeElement.tagName);
      if (reached.length > 0 && (id === 'BODY' || id === reached[0])) break;
      reached.push(id);
    }
    const order = ['skip', 'pause', 'theme', 'help', 'jump', 'heat'].map((id) => reached.indexOf(id));
    assert.ok(order.every((at, i) => at >= 0 && (i === 0 || at > order[i - 1])), reached.join(' '));
    assert.ok(reached.filter((one) => one.startsWith('scroll')).length >= 4, `tables can be scrolled by keyboard: ${reached.join(' ')}`);
  });
  await check('arrow keys go from second to second', async () => {
    await page.focus('#heat');
    await page.keyboard.press('End');
    const newest = Number(await page.$eval('#heat', (slider) => slider.ariaValueNow));
    await page.keyboard.press('ArrowLeft');
    const before = Number(await page.$eval('#heat', (slider) => slider.ariaValueNow));
    assert.ok(before === newest - 1 || before === newest, `${newest} then ${before}`); // a second may have passed
    assert.match(await page.$eval('#heat', (slider) => slider.ariaValueText), /^\d\d:\d\d:\d\d.*(half of them up to|none)/);
    await page.keyboard.press('Home');
    assert.equal(await page.$eval('#heat', (slider) => slider.ariaValueNow), '1');
    await page.evaluate(() => document.activeElement.blur());
  });
  await check('P holds the page still, and goes on', async () => {
    await page.keyboard.press('p');
    assert.equal(await page.$eval('#pause', (button) => button.ariaPressed), 'true');
    await until('it says so', async () => (await board.text('connection-text')).startsWith('held'));
    const foot = await board.text('foot');
    await pause(2500);
    assert.equal(await board.text('foot'), foot);
    await page.keyboard.press('p');
    await until('it goes on', async () => (await board.text('foot')) !== foot);
    await until('it is live', async () => (await board.text('connection-text')) === 'live');
  });
  await check('digits choose what the heat map shows', async () => {
    await page.keyboard.press('2');
    await until('it is chosen', () => page.$eval('input[value="timer_lateness"]', (radio) => radio.checked));
    await until('it is explained', async () => (await board.text('heat-about')).includes('due'));
    await page.keyboard.press('1');
  });
  await check('? opens the help, Escape closes it', async () => {
    await page.keyboard.press('?');
    assert.ok(await page.$eval('#help-dialog', (dialog) => dialog.open));
    await board.accessible('the help');
    await page.keyboard.press('Escape');
    assert.ok(!(await page.$eval('#help-dialog', (dialog) => dialog.open)));
  });
  await check('single keys can be switched off', async () => {
    await page.$eval('#shortcuts', (box) => box.click());
    await page.keyboard.press('p');
    assert.equal(await page.$eval('#pause', (button) => button.ariaPressed), 'false');
    await page.$eval('#shortcuts', (box) => box.click());
  });
  await check('the table has what the picture has', async () => {
    await page.$eval('#history summary', (summary) => summary.click());
    await until('it is filled', async () => (await page.$$eval('#history-rows tr', (rows) => rows.length)) > 4);
    const seconds = Number(await page.$eval('#heat', (slider) => slider.ariaValueMax));
    const rows = await page.$$eval('#history-rows tr', (all) => all.length);
    assert.ok(Math.abs(rows - seconds) <= 1, `${rows} rows, ${seconds} seconds`);
  });
}

async function checkLooks(board) {
  const { page } = board;
  const background = () => page.evaluate(() => getComputedStyle(document.body.parentElement).backgroundColor);
  const brightness = (colour) => colour.match(/\d+/g).slice(0, 3).reduce((sum, value) => sum + Number(value), 0) / 3;
  for (const scheme of ['light', 'dark']) {
    await check(`the ${scheme} scheme follows the system`, async () => {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await pause(300);
      assert.ok(scheme === 'light' ? brightness(await background()) > 200 : brightness(await background()) < 60, await background());
      assert.ok((await board.heat()).colours >= 3, 'the heat map is painted in it');
      await board.accessible(`${scheme}, with the table`);
      await board.picture(join(pictures, `dashboard-${scheme}.png`));
    });
  }
  await check('the switch overrules the system, and is kept', async () => {
    await page.keyboard.press('t'); // from the system's to light
    assert.ok(brightness(await background()) > 200, await background());
    await page.reload();
    await until('it is live again, with the token it has kept', async () => (await board.text('connection-text')) === 'live');
    assert.ok(brightness(await background()) > 200, await background());
    await page.keyboard.press('t');
    await page.keyboard.press('t');
    assert.ok(brightness(await background()) < 60, 'back to the system, which is dark');
  });
  await check('nothing moves for who wants it so', async () => {
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    assert.equal(await page.$eval('.dot', (dot) => getComputedStyle(dot).animationName), 'none');
    await page.emulateMediaFeatures([]);
  });
  await check('it fits a narrow screen', async () => {
    await page.setViewport({ width: 360, height: 740 });
    await pause(300);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} pixels too wide`);
    await board.picture(join(pictures, 'dashboard-narrow.png'));
    await page.setViewport({ width: 1440, height: 900 });
  });
}

async function checkTrouble(board, ask) {
  const { page } = board;
  await check('a loop that is stuck is told, and where', async () => {
    await ask('hang');
    await until('the page says it', async () => (await board.text('verdict-heading')).startsWith('No answer from the loop for'));
    assert.equal(await page.$eval('#verdict', (verdict) => verdict.dataset.level), 'bad');
    assert.match(await board.text('announcement'), /^No answer from the loop/);
    await until('the stack is shown', async () => (await page.$eval('#stall-panel', (panel) => !panel.hidden)) && (await board.text('stall-stack')).includes('+0x'));
    await until('and the script', async () => /^compute \(.*program\.js:(8|9|10)\)$/m.test(await board.text('stall-script')));
    await board.accessible('a stuck loop');
    await board.picture(join(pictures, 'dashboard-stuck.png'));
    assert.equal((await board.snapshot()).responding, false);
    await until('it is over', async () => (await board.text('connection-text')) === 'live');
    await until('and listed', async () => (await board.snapshot()).frame.slow.listed.some((one) => one.duration_s > 4));
  });
  await check('a wrong token asks for the right one', async () => {
    const other = await page.browser().createBrowserContext();
    const second = await other.newPage();
    await second.goto(`${board.origin}/#token=${'0'.repeat(32)}`);
    await second.waitForSelector('#token-panel:not([hidden])');
    await second.type('#token', board.token);
    await second.keyboard.press('Enter');
    await until('it connects', async () => (await second.$eval('#connection-text', (element) => element.textContent)) === 'live');
    await other.close();
  });
  await check('the end of the program is told', async () => {
    await ask('end');
    await until('the page says it', async () => (await board.text('verdict-heading')) === 'The program has ended');
    await board.accessible('a program that has ended');
  });
}

const profile = await mkdtemp(join(tmpdir(), 'millrace-dashboard-'));
const { program, url: told, said, ask } = startProgram(profile);
const ended = new Promise((resolve) => program.once('exit', (code, signal) => resolve(code ?? signal)));
let browser;
const strangers = [];
try {
  const url = await told;
  browser = await puppeteer.launch({
    executablePath: chromium, userDataDir: join(profile, 'browser'),
    // As root there is no sandbox to be had; nothing but our own page is opened.
    args: ['--headless=new', ...(process.getuid() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', '--disable-gpu', '--no-proxy-server'],
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  const origin = new URL(url).origin;
  const complaints = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) strangers.push(request.url());
    const { pathname, search } = new URL(request.url()); // the fragment is not sent
    if (`${pathname}${search}`.includes('token')) strangers.push(`a token in ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack)));
  await page.evaluateOnNewDocument(axe); // what the page's own policy would not let in
  await page.goto(url);
  const board = new Board(page, url);
  await checkFigures(board);
  await board.accessible('live');
  await checkKeyboard(board);
  await checkLooks(board);
  await check('the page complains of nothing', async () => assert.deepEqual(complaints, []));
  await checkTrouble(board, ask);
  await check('nothing was asked of anybody else', async () => assert.deepEqual(strangers, []));
  await check('the program ended by itself', async () => assert.equal(await ended, 0));
  console.log(`dashboard ok: ${checks} checks; pictures in ${pictures}`);
} catch (error) {
  console.error(error.stack);
  console.error(`The program said:\n${said()}`);
  process.exitCode = 1;
} finally {
  await browser?.close();
  program.kill('SIGKILL');
  await ended;
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
