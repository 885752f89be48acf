/**
 * What people see of a text of HTML, in Debian's Chromium: nothing leaves the machine, everything
 * that is asked for, said on the console or run is known. `browserMissing` says why there is none.
 *
 * playwright-core drives it by a pipe and downloads nothing. A document is served out of memory at
 * `http://seen.example/`, so that its Content-Security-Policy and its neighbours count; what is not
 * among them is refused, and told. Pictures of a mail (`cid:`) are one grey pixel.
 */
import { existsSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { ARMED, HIDDEN, SCROLLS_BY, TREE, WORDS } from './in-page.ts';

const PROGRAM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const browserMissing: string | null = existsSync(PROGRAM)
  ? null
  : `apt-get install chromium (there is no ${PROGRAM})`;
if (browserMissing !== null)
  console.log(`no Chromium, so its tests are skipped: ${browserMissing}`);

export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** A phone, a tablet and a desk, by day and by night. */
export const LOOKS: readonly Look[] = [320, 800, 1280].flatMap((width) => [
  { width, scheme: 'light' },
  { width, scheme: 'dark' },
]);

/** Where the least has room. */
const NARROW: Look = { width: 320, scheme: 'light' };

/** A file as a web server gives it. */
export interface Served {
  readonly content: string | Buffer;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Site {
  /** By its path, from `/` on; null if there is no such file. */
  readonly file: (path: string) => Served | null;
  /** Where it begins. */
  readonly start: string;
}

/** What happened while it was opened, and what is there now. */
export interface Seen {
  /** What it asked for, but for files of its own. */
  readonly requests: readonly string[];
  /** What the console said, and errors. */
  readonly messages: readonly string[];
  /** Beginnings of the scripts that were compiled. */
  readonly scripts: readonly string[];
  readonly armed: readonly string[];
  readonly hidden: readonly string[];
  readonly scrollsBy: number;
  readonly words: string;
  readonly tree: string;
}

const HOST = 'http://seen.example';
/** By which what we ask of a document is told from its own scripts. */
const OURS = 'asked-by-the-test';
const GREY =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

/** As a client has put in the pictures that a mail names. */
export function withGreyPictures(html: string): string {
  // A text may say the same, without an end.
  return html.replace(/(\ssrc=)(?:"cid:[^"<>]*"|'cid:[^'<>]*'|cid:[^\s"'<>&]*)/gi, `$1"${GREY}"`);
}

/** One document, with the type that mail and web servers give it. */
export function siteOf(html: string, headers: Served['headers'] = {}): Site {
  const content = withGreyPictures(html);
  const file = (path: string): Served | null =>
    path === '/' ? { content, type: 'text/html; charset=utf-8', headers } : null;
  return { file, start: '/' };
}

/** One window, in which one document after the other is seen. */
export class Window {
  readonly #page: Page;
  readonly #requests: string[] = [];
  readonly #messages: string[] = [];
  readonly #scripts: string[] = [];
  readonly #client: CDPSession;
  #site: Site | null = null;

  private constructor(page: Page, client: CDPSession) {
    this.#page = page;
    this.#client = client;
  }

  static async open(browser: Browser): Promise<Window> {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    const window = new Window(page, client);
    await context.route('**/*', async (route) => {
      const url = route.request().url();
      const own = url.startsWith(`${HOST}/`) ? window.#site?.file(url.slice(HOST.length)) : null;
      if (own === null || own === undefined) {
        window.#requests.push(url);
        await route.abort();
        return;
      }
      const headers = { 'content-type': own.type, ...own.headers };
      await route.fulfill({ status: 200, headers, body: own.content });
    });
    page.on('console', (message) => window.#messages.push(message.text()));
    page.on('pageerror', (error) => window.#messages.push(String(error)));
    page.on('dialog', async (dialog) => {
      window.#scripts.push(`${dialog.type()}: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on('popup', (popup) => window.#requests.push(`a new window: ${popup.url()}`));
    page.on('download', (download) => window.#requests.push(`a download: ${download.url()}`));
    client.on('Debugger.scriptParsed', ({ url, startLine, executionContextAuxData: about }) => {
      // Of a world beside the document's own, where Playwright has its scripts, it is false.
      const isOfPage = String(about?.['isDefault']) !== 'false';
      // One of the document's own is called as the document is.
      if (isOfPage && url !== OURS && url !== '')
        window.#scripts.push(`a script of ${url}:${startLine}`);
    });
    await client.send('Debugger.enable');
    await client.send('Debugger.setSkipAllPauses', { skip: true });
    return window;
  }

  async see(site: Site, { width, scheme }: Look = NARROW): Promise<Seen> {
    await this.#page.setViewportSize({ width, height: 900 });
    await this.#page.emulateMedia({ colorScheme: scheme });
    for (const list of [this.#requests, this.#messages, this.#scripts]) list.length = 0;
    this.#site = site;
    await this.#page.goto(`${HOST}${site.start}`, { waitUntil: 'load' });
    const ask = (expression: string) => this.ask(expression);
    const seen = {
      armed: strings(await ask(ARMED)),
      hidden: strings(await ask(HIDDEN)),
      scrollsBy: Number(await ask(SCROLLS_BY)),
      words: String(await ask(WORDS)),
      tree: String(await ask(TREE)),
    };
    const [requests, messages] = [[...this.#requests], [...this.#messages]];
    return { requests, messages, scripts: [...this.#scripts], ...seen };
  }

  async ask(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#client.send('Runtime.evaluate', {
      expression: `${expression}\n//# sourceURL=${OURS}`,
      ...{ awaitPromise: true, returnByValue: true },
    });
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  async screenshot(path: string): Promise<void> {
    await this.#page.screenshot({ path, fullPage: true });
  }
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** One for all tests of a file; it ends with them. */
export function openBrowser(): () => Promise<Window> {
  let browser: Promise<Browser> | null = null;
  let window: Promise<Window> | null = null;
  afterAll(async () => (await browser)?.close());
  return () => {
    browser ??= chromium.launch({ executablePath: PROGRAM, args: [OFFLINE] });
    window ??= browser.then((opened) => Window.open(opened));
    return window;
  };
}

/** Also for what is no request, such as a name that is looked up ahead. */
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND';
