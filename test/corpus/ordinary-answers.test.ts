/**
 * 300 ordinary answers of staff in four languages, written by somebody who had not seen the rules,
 * below and above a notification as four clients quote it: every word reaches the customer, and
 * hardly one comes back. `own` is what the author means by it; a signature that nothing marks may go
 * out with it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BOB, DOMAIN, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { ROOT } from '../process/desk.ts';

interface Answer {
  readonly lang: 'en' | 'de' | 'fr' | 'es';
  readonly own: string;
  readonly body: string;
}

const MOST_RETURNED = 2;
const FROM = `Nic Ferrier <SUPPORT-7102@${DOMAIN}>`;
const TO = `Bob Archer <${BOB}>`;

const ASKED: Readonly<Record<Answer['lang'], string>> = {
  en: 'Hello,\n\nwhere do I find the licence key?\n\nAnd when does it end?\n\nNic',
  de: 'Hallo,\n\nwo finde ich den Schlüssel für die Lizenz?\n\nUnd wann läuft sie ab?\n\nNic',
  fr: 'Bonjour,\n\noù est-ce que je trouve la clé de la licence ?\n\nEt quand expire-t-elle ?\n\nNic',
  es: 'Hola:\n\n¿dónde encuentro la clave de la licencia?\n\n¿Y cuándo caduca?\n\nNic',
};
/** Attributions of Gmail, Thunderbird and Apple Mail, and the header of Outlook. */
const ABOVE: Readonly<Record<Answer['lang'], readonly [string, string, string, string]>> = {
  en: [
    `On Fri, Nov 20, 2026 at 10:00 AM ${FROM}\nwrote:`,
    'On 20/11/2026 10:00, Nic Ferrier wrote:',
    `On 20 Nov 2026, at 10:00, ${FROM} wrote:`,
    `From: ${FROM}\nSent: Friday, November 20, 2026 10:00 AM\nTo: ${TO}\nSubject: x`,
  ],
  de: [
    `Am Fr., 20. Nov. 2026 um 10:00 Uhr schrieb ${FROM}:`,
    'Am 20.11.26 um 10:00 schrieb Nic Ferrier:',
    `Am 20.11.2026 um 10:00 schrieb ${FROM}:`,
    `Von: ${FROM}\nGesendet: Freitag, 20. November 2026 10:00\nAn: ${TO}\nBetreff: x`,
  ],
  fr: [
    `Le ven. 20 nov. 2026 à 10:00, ${FROM} a\nécrit :`,
    'Le 20/11/2026 à 10:00, Nic Ferrier a écrit :',
    `Le 20 nov. 2026 à 10:00, ${FROM} a écrit :`,
    `De : ${FROM}\nEnvoyé : vendredi 20 novembre 2026 10:00\nÀ : ${TO}\nObjet : x`,
  ],
  es: [
    `El vie, 20 nov 2026 a las 10:00, ${FROM}\nescribió:`,
    'El 20/11/2026 a las 10:00, Nic Ferrier escribió:',
    `El 20 nov 2026, a las 10:00, ${FROM} escribió:`,
    `De: ${FROM}\nEnviado: viernes, 20 de noviembre de 2026 10:00\nPara: ${TO}\nAsunto: x`,
  ],
};

function quotedBy(client: string, lang: Answer['lang'], told: string): string {
  const [gmail, thunderbird, apple, outlook] = ABOVE[lang];
  const marked = told.trimEnd().replace(/^/gm, '> ');
  switch (client) {
    case 'GMAIL':
      return `${gmail}\n\n${marked}`;
    case 'THUNDERBIRD':
      return `${thunderbird}\n${marked}`;
    case 'APPLE':
      return `> ${apple}\n> \n${marked}`;
    default:
      return `${'_'.repeat(32)}\n${outlook}\n\n${told}`;
  }
}

/** Whole ones, without empty ones. */
function inLines(text: string): string {
  const filled = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return `\n${filled.join('\n')}\n`;
}

test('no word of ordinary answers is lost, and hardly one comes back', async () => {
  const lines = readFileSync(join(ROOT, 'fixtures', 'answers.ndjson'), 'utf8')
    .trim()
    .split('\n');
  const answers: readonly Answer[] = lines.map((line) => JSON.parse(line));
  const returned: string[] = [];
  const altered: string[] = [];
  for (const { lang, own, body } of answers) {
    const desk = new Desk();
    await desk.deliver({ text: ASKED[lang] });
    const told = desk.lastTo(BOB);
    const text = body.replace(/\{\{([A-Z]+)\}\}/g, (_, client) =>
      quotedBy(client, lang, told.text),
    );
    const came = await desk.deliver({ from: BOB, to: told.replyTo, answers: told.id, text });
    if (came.end === 'returned') returned.push(own);
    else if (!inLines(desk.lastTo(NIC).text).includes(inLines(own))) altered.push(own);
  }
  console.log(`${answers.length} answers: ${returned.length} came back, ${altered.length} altered`);
  expect(altered).toEqual([]);
  expect(returned.length).toBeLessThanOrEqual(MOST_RETURNED);
}, 600_000);
