/** Prints a mail with everything in it for which compose() has no use, or few mails have. */
import MailComposer from 'nodemailer/lib/mail-composer';

const mail = new MailComposer({
  from: 'Zoë <zoe@bücher.example>',
  to: 'Foo <a@x.example>, "Last, First" <b@y_ü.example>, all: c@z.example, d@z.example;',
  subject: 'Grüße, und dazu ein Betreff, der länger ist: 日本語の件名',
  messageId: '<1@x.example>',
  date: new Date(0),
  text: 'x',
  baseBoundary: 'boundary',
  attachments: [{ filename: '日本語.bin', content: Buffer.alloc(300, 0xfe), encoding: 'base64' }],
});
mail.compile().build((error, octets) => {
  console.log(error === null ? octets.toString() : `${error}`);
});
