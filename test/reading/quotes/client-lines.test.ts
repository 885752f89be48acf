/** What mail clients put under a mail by themselves, and what its author has written there. */
import { describe, expect, test } from 'vitest';
import { isSlogan } from '../../../src/reading/quotes/client-lines.ts';

const SLOGANS: Readonly<Record<string, readonly string[]>> = {
  English: [
    'Sent from my iPhone',
    'Sent from my Samsung Galaxy smartphone.',
    'Sent from Samsung tablet',
    'Sent from my BlackBerry 10 smartphone.',
    'Sent via the Samsung Galaxy S21, an AT&T 5G smartphone',
    'Sent from my T-Mobile 4G LTE Device',
    'Sent from my Pixel',
    'Sent from my Android device with K-9 Mail. Please excuse my brevity.',
    'Get Outlook for Android<https://aka.ms/AAb9ysg>',
    'Sent from Mail for Windows 10',
    'Sent from Yahoo Mail for iPhone<https://mail.onelink.me/107872968>',
    'Sent from AOL on Android',
    'Sent with [Proton Mail](https://proton.me/mail/home) secure email.',
    'Sent from Proton Mail for iOS',
    'Virus-free.www.avast.com',
    'Please consider the environment before printing this e-mail.',
  ],
  German: [
    'Von meinem iPhone gesendet',
    'Outlook für iOS beziehen<https://aka.ms/o0ukef>',
    'Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.',
    'Gesendet mit der WEB.DE Mail App',
    'Gesendet mit der sicheren E-Mail von Proton Mail.',
  ],
  French: [
    'Envoyé de mon iPhone',
    'Envoyé à partir de Outlook pour iOS',
    "Envoyé depuis l'application Mail Orange",
    'Provenance : Courrier pour Windows',
  ],
  Spanish: ['Enviado desde mi iPhone', 'Enviado desde Correo para Windows'],
  Portuguese: ['Enviado do meu Galaxy', 'Obter o Outlook para iOS'],
  Italian: ['Inviato dal mio dispositivo Android', 'Inviato da Posta per Windows 10'],
  Dutch: ['Verstuurd vanaf mijn iPhone', 'Outlook voor Android downloaden'],
  Swedish: ['Skickat från min iPhone', 'Hämta Outlook för iOS'],
  'Danish and Norwegian': ['Sendt fra min iPhone', 'Hent Outlook til iOS'],
  Finnish: ['Lähetetty iPhonesta', 'Hanki Outlook iOS:lle'],
  Polish: ['Wysłane z iPhone’a', 'Pobierz aplikację Outlook dla systemu iOS'],
  'Czech and Slovak': ['Odesláno z mého iPhonu', 'Odoslané z iPhonu'],
  'Russian and Ukrainian': ['Отправлено из мобильной Яндекс Почты', 'Надіслано з iPhone'],
  Turkish: ["iPhone'umdan gönderildi", 'iOS için Outlook’u edinin'],
  'Hungarian and Romanian': ['Elküldve az iPhone-omról', 'Trimis de pe iPhone-ul meu'],
  Greek: ['Στάλθηκε από το iPhone μου'],
  'Chinese, Japanese and Korean': [
    '发自我的 iPhone',
    '從我的iPhone傳送',
    'iPhoneから送信',
    '나의 iPhone에서 보냄',
  ],
};

describe('is a client’s', () => {
  const rows = Object.entries(SLOGANS).flatMap(([of, all]) => all.map((one) => [one, of] as const));
  test.each(rows)('%s (%s)', (line) => expect(isSlogan(line)).toBe(true));
});

describe('is its author’s', () => {
  test.each([
    'Sent by mail.',
    'Sent by email',
    'Gesendet per E-Mail',
    'Enviado por mail',
    'Sent via the app',
    'Sent on the web',
    'Sendt til min mail',
    'Sent by Samsung.',
    'Envoyé à Samsung',
    'Gesendet von Apple.',
    'Sent for my iPhone',
    'Sent from my iPhone, please call me back',
    'Sent by post with your tablet.',
    'Get Outlook for iOS and try again',
    'Outlook',
    'Virus-free.',
    'Please check the preview before you print the label.',
    'Set the margins before printing.',
  ])('%s', (line) => expect(isSlogan(line)).toBe(false));
});
