/** The language of a mail: by its words, its script, and last by its header. */
import { expect, test } from 'vitest';
import { languageOf } from '../../src/reading/language.ts';

const header = (name: string, value: string) => [{ name, value }];

test.each([
  ['de', 'Hallo, meine Rechnung stimmt nicht.'],
  ['de', 'Hallo, wann kommt meine Bestellung an?'],
  ['de', 'Hallo, mein Passwort geht nicht.'],
  ['de', 'Sehr geehrte Damen und Herren,\n\nanbei unsere Bestellung.\n\nMit freundlichen Grüßen'],
  ['en', 'Hello, how do I reset the password?'],
  ['en', 'Hi, I want to cancel my subscription. Thanks'],
  [
    'en',
    'Hello,\n\nmy login fails since yesterday. Error 403 appears on every page. Could someone check?\n\nRegards\nBob',
  ],
  ['en', 'Please find attached our invoice. Payment due in 30 days. Kind regards, Anna'],
  ['fr', 'Bonjour, où est ma commande ? Merci'],
  [
    'ru',
    'Здравствуйте, не работает вход\n  at java.base.Thread.run(Thread.java:829)\n  at com.acme.Main.main(Main.java:4)',
  ],
  ['en', 'Hello,\n\nI cannot log in to your site since yesterday. Can you please help me?'],
  [
    'de',
    'Guten Tag,\n\nseit gestern kann ich mich nicht mehr anmelden. Können Sie mir bitte helfen?',
  ],
  ['de', 'Hallo zusammen, die Rechnung ist leider falsch und ich habe noch nichts gehört'],
  ['de', 'hi, das login geht nicht mehr. was soll ich tun? ich bin ratlos und das nervt'],
  [
    'fr',
    "Bonjour,\n\nje n'arrive plus à me connecter. Pouvez-vous vérifier mon compte ? Merci pour votre aide",
  ],
  ['es', 'Hola, no puedo entrar en mi cuenta. ¿Me pueden ayudar, por favor? Muchas gracias'],
  [
    'it',
    'Buongiorno, non riesco ad accedere al mio account. Come posso fare? Grazie per il vostro aiuto, non è urgente',
  ],
  [
    'pt',
    'Olá, não consigo entrar na minha conta. O que posso fazer? Muito obrigado pela ajuda, não é urgente',
  ],
  [
    'nl',
    'Hallo, ik kan niet inloggen en het wachtwoord dat ik kreeg is niet goed. Wat kan ik doen?',
  ],
  ['pl', 'Dzień dobry, nie mogę się zalogować na moje konto. Proszę o pomoc, co mam zrobić?'],
  [
    'sv',
    'Hej, jag kan inte logga in på min sida och det är inte bra. Har ni något att säga om det?',
  ],
  ['ru', 'Здравствуйте, я не могу войти в свой кабинет'],
  ['uk', 'Добрий день, я не можу увійти до свого кабінету, допоможіть'],
  ['ja', 'こんにちは。昨日からログインできません。'],
  ['zh', '您好，我昨天开始无法登录。'],
  ['el', 'Καλημέρα, δεν μπορώ να συνδεθώ'],
])('%s: %s', (language, text) => {
  expect(languageOf([], text)).toBe(language);
  expect(languageOf(header('content-language', 'xx'), text)).toBe(language);
});

test('a text that says too little is what its header says, else nothing is known', () => {
  expect(languageOf([], 'help')).toBe(null);
  expect(languageOf([], '')).toBe(null);
  expect(languageOf([], 'Error 0x80070005 at line 42\n'.repeat(50))).toBe(null);
  expect(languageOf(header('content-language', 'de-DE'), 'Login?')).toBe('de');
  expect(languageOf(header('accept-language', 'de-CH, en;q=0.5'), 'Login?')).toBe('de');
  expect(languageOf(header('content-language', '*'), 'Login?')).toBe(null);
  const both = [...header('content-language', '*'), ...header('accept-language', 'de-DE')];
  expect(languageOf(both, 'Login?')).toBe('de');
  expect(languageOf(header('content-language', '../../etc'), 'Login?')).toBe(null);
});

test('a text in two languages is undecided', () => {
  const both =
    'I cannot log in, can you please help me with this? Ich kann mich nicht anmelden, können Sie mir bitte mit dem Login und der Seite helfen?';
  expect(languageOf([], both)).toBe(null);
});
