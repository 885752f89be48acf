/**
 * What programs write into the automatic replies of people who are away, into receipts, recalls and
 * reports without a form, by language. In lower case and without accents (subject-words.ts).
 * Sources: Exchange, Notes, GroupWise, Zimbra, GMX, Gmail, cPanel, Mailtraq, FirstClass,
 * vacation(1), OTRS, RT, Zendesk, Freshdesk and Jira. Data.
 */

/** Fields of programs that answer by themselves, and of nothing else. */
export const FIELDS: readonly (readonly [name: RegExp, value: RegExp])[] = [
  [/^x-(?:[a-z0-9]+-)?auto-?repl(?:y|ied)(?:-from)?$/, /^(?!no\b|false\b|0\b)/i],
  [/^x-(?:[a-z0-9]+-)?auto-?respon(?:d|der|se)$/, /^(?!no\b|false\b|0\b)/i],
  [
    /^x-(?:[a-z0-9]+-)?(?:vacation|oof|out-?of-?office)(?:-(?:reply|message))?$/,
    /^(?!no\b|false\b|0\b)/i,
  ],
  [/^x-(?:otrs|znuny|otobo)-loop$/, /^(?!no\b|false\b|0\b)/i],
  [/^x-fc-machinegenerated$/, /^true/i],
  [/^x-post-messageclass$/, /autoresponder/i],
  [/^delivered-to$/, /^autoresponder$/i],
  [/^x-mailer$/, /^vacation ?(?:$|[/\d])|\b(?:auto-?respon(?:d|der)|auto-?reply)\b/i],
];

/** What programs write before the subject, or alone; by language. */
export const REPLIES: Readonly<Record<string, readonly string[]>> = {
  en: [
    ...['automatic reply', 'automatic response', 'automated reply', 'automated response'],
    ...['auto reply', 'auto-reply', 'autoreply', 'auto response', 'auto-response', 'autoresponse'],
    ...['autoresponder', 'out of office autoreply', 'out of office auto-reply'],
    ...['out of office auto reply', 'out of office reply', 'out of office response'],
    ...['out of office notification', 'out-of-office reply', 'out-of-office autoreply'],
    ...['vacation reply', 'vacation response', 'vacation message', 'away message'],
  ],
  de: [
    ...['automatische antwort', 'automatische ruckantwort', 'automatische abwesenheitsnotiz'],
    ...['automatische abwesenheitsnachricht', 'automatische abwesenheitsmeldung', 'autoantwort'],
    ...['auto-antwort', 'abwesenheitsnotiz', 'abwesenheitsmeldung', 'abwesenheitsnachricht'],
    ...['abwesenheitsbenachrichtigung', 'abwesenheitsassistent', 'abwesenheitsagent'],
    ...['abwesenheitsinfo', 'urlaubsnotiz', 'urlaubsmeldung', 'urlaubsbenachrichtigung'],
  ],
  fr: [
    ...['reponse automatique', "reponse automatique d'absence", "message d'absence"],
    ...["reponse automatique d'absence du bureau", "notification d'absence", "avis d'absence"],
    ...["message automatique d'absence", "message d'absence du bureau"],
  ],
  es: [
    ...['respuesta automatica', 'respuesta automatica de fuera de la oficina'],
    ...['mensaje de ausencia', 'aviso de ausencia', 'contestacion automatica'],
  ],
  it: [
    'risposta automatica',
    'risposta non al computer',
    'messaggio di assenza',
    'avviso di assenza',
  ],
  pt: [
    ...['resposta automatica', 'resposta automatica de ausencia', 'aviso de ausencia'],
    ...['mensagem de ausencia', 'notificacao de ausencia'],
  ],
  nl: [
    ...['automatisch antwoord', 'automatische reactie', 'automatische beantwoording'],
    ...['afwezigheidsbericht', 'afwezigheidsmelding', 'automatisch afwezigheidsbericht'],
  ],
  da: ['automatisk svar', 'autosvar', 'fraværsbesked', 'fraværsmeddelelse'],
  no: ['automatisk svar', 'fraværsmelding', 'fraværsassistent', 'automatisk fraværsmelding'],
  sv: ['automatiskt svar', 'autosvar', 'automatsvar', 'franvaromeddelande', 'franvarobesked'],
  fi: ['automaattinen vastaus', 'automaattivastaus', 'poissaoloilmoitus', 'poissaoloviesti'],
  pl: [
    ...['automatyczna odpowiedz', 'odpowiedz automatyczna', 'autoodpowiedz'],
    ...['powiadomienie o nieobecnosci', 'informacja o nieobecnosci'],
  ],
  cs: ['automaticka odpoved', 'odpoved v nepritomnosti', 'oznameni o nepritomnosti'],
  sk: ['automaticka odpoved', 'oznamenie o nepritomnosti'],
  hu: ['automatikus valasz', 'tavolleti uzenet', 'tavolleti ertesites'],
  ro: ['raspuns automat', 'mesaj de absenta', 'notificare de absenta'],
  tr: ['otomatik yanit', 'otomatik cevap', 'ofis disi otomatik yanit'],
  el: ['αυτοματη απαντηση', 'μηνυμα απουσιας', 'ειδοποιηση απουσιας'],
  ru: ['автоматическии ответ', 'автоответ', 'автоответчик', 'уведомление об отсутствии'],
  uk: ['автоматична відповідь', 'автовідповідь', 'автоматична вiдповiдь'],
  hr: ['automatski odgovor'],
  sl: ['samodejni odgovor'],
  ja: ['自動応答', '自動返信', '自動回答', '不在通知', '不在応答'],
  zh: ['自动答复', '自动回复', '自動回覆', '自動回復', '自动应答', '外出自动回复', '休假自动回复'],
  ko: ['자동 회신', '자동 응답', '자동회신', '자동응답', '부재중 자동'],
};

/** What people write there themselves for such a program. */
export const AWAY: Readonly<Record<string, readonly string[]>> = {
  en: [
    ...['out of office', 'out of the office', 'out-of-office', 'ooo', 'i am out of the office'],
    ...[
      "i'm out of the office",
      'i am out of office',
      "i'm out of office",
      'i am away',
      "i'm away",
    ],
    ...['i am currently out of the office', 'i am on vacation', 'i am on leave', 'on vacation'],
    ...["i'm on vacation", 'away from my mail', 'away from my desk', 'on annual leave', 'on leave'],
    ...['no longer with the company', 'i have left the company', 'i no longer work here'],
    ...['on holiday', 'away from the office', 'currently out of office'],
    ...[
      'currently out of the office',
      'annual leave',
      'parental leave',
      'maternity leave',
      'vacation',
    ],
  ],
  de: [
    ...['abwesenheit', 'abwesend', 'nicht im buro', 'ausser haus', 'nicht im haus', 'im urlaub'],
    ...['ich bin nicht im buro', 'ich bin im urlaub', 'ich bin abwesend', 'ich bin ausser haus'],
    ...['nicht mehr im unternehmen', 'ich bin nicht mehr im unternehmen'],
    ...['bin im urlaub', 'bin nicht im buro', 'derzeit nicht im buro', 'zur zeit nicht im buro'],
    ...[
      'urlaub',
      'urlaubsabwesenheit',
      'ich bin derzeit nicht im buro',
      'elternzeit',
      'betriebsferien',
    ],
  ],
  fr: [
    ...[
      'absence du bureau',
      'absent du bureau',
      'absente du bureau',
      'absence',
      'absent',
      'en conges',
      'absent(e)',
    ],
    ...['je ne fais plus partie de la societe', "j'ai quitte la societe"],
    ...['je suis absent', 'je suis absente', 'je suis en conges', 'en vacances', 'hors du bureau'],
    ...['je suis actuellement absent', 'je suis actuellement absente', 'conges', 'absente'],
  ],
  es: [
    ...['fuera de la oficina', 'fuera de oficina', 'estoy fuera de la oficina', 'de vacaciones'],
    ...['ausencia', 'ausente', 'estoy de vacaciones', 'ausente de la oficina'],
  ],
  it: [
    ...['fuori ufficio', 'fuori sede', 'assente', 'assenza', 'sono fuori ufficio', 'in ferie'],
    ...["assente dall'ufficio", 'sono in ferie', "assenza dall'ufficio"],
  ],
  pt: [
    ...[
      'fora do escritorio',
      'ausencia do escritorio',
      'ausencia temporaria',
      'ausente',
      'ausencia',
    ],
    ...['estou fora do escritorio', 'de ferias', 'estou de ferias', 'em ferias'],
  ],
  nl: [
    ...[
      'afwezig',
      'afwezigheid',
      'niet op kantoor',
      'niet aanwezig',
      'ik ben afwezig',
      'met vakantie',
    ],
    ...['op vakantie', 'ik ben op vakantie', 'ik ben niet op kantoor', 'buiten kantoor'],
  ],
  da: [
    'ikke til stede',
    'ikke pa kontoret',
    'pa ferie',
    'jeg holder ferie',
    'jeg er pa ferie',
    'fravær',
  ],
  no: [
    'ikke pa kontoret',
    'fravær',
    'ferie',
    'jeg er pa ferie',
    'ikke til stede',
    'borte fra kontoret',
  ],
  sv: [
    'franvaro',
    'franvarande',
    'inte pa kontoret',
    'pa semester',
    'jag har semester',
    'semester',
  ],
  fi: ['poissa', 'poissa toimistosta', 'poissaolo', 'olen lomalla', 'lomalla', 'en ole paikalla'],
  pl: [
    'nieobecnosc',
    'poza biurem',
    'nieobecny',
    'nieobecna',
    'urlop',
    'na urlopie',
    'jestem na urlopie',
  ],
  cs: ['nepritomnost', 'mimo kancelar', 'nejsem v kancelari', 'jsem mimo kancelar', 'dovolena'],
  sk: ['mimo kancelarie', 'nepritomnost', 'dovolenka'],
  hu: ['hazon kivul', 'irodan kivul', 'tavollet', 'szabadsagon', 'szabadsag', 'szabadsagon vagyok'],
  ro: ['in afara biroului', 'absenta', 'in concediu', 'plecat din birou', 'sunt in concediu'],
  tr: ['ofis disinda', 'ofis disindayim', 'ofis disi', 'izindeyim', 'yillik izin', 'izinli'],
  el: ['εκτος γραφειου', 'απουσια', 'σε αδεια', 'απουσιαζω'],
  ru: [
    'вне офиса',
    'нет на рабочем месте',
    'нет на работе',
    'отсутствие',
    'в отпуске',
    'я в отпуске',
    'отпуск',
    'нет в офисе',
  ],
  uk: ['поза офісом', 'відсутність', 'у відпустці', 'відпустка', 'я у відпустці'],
  ja: ['退職のお知らせ', '不在', '外出中', '休暇中', '不在にしております', '夏季休暇のお知らせ'],
  zh: ['离职通知', '離職通知', '不在办公室', '外出', '休假', '休假中', '我正在休假', '不在辦公室'],
  ko: ['퇴사 안내', '부재중', '부재 중', '휴가', '휴가 중', '부재중 알림'],
};

/**
 * Of a desk or shop that has got the mail, before its subject or a number, or alone; by language.
 */
export const RECEIVED: Readonly<Record<string, readonly string[]>> = {
  en: [
    ...['request received', 'ticket received', 'message received', 'ticket created'],
    ...['case created', 'your request has been received', 'your message has been received'],
    ...[
      'your ticket has been created',
      'we have received your request',
      "we've received your request",
    ],
    ...['we have received your message', "we've received your message", 'we received your message'],
    ...['we received your request', 'thank you for contacting us', 'thanks for contacting us'],
  ],
  de: [
    ...['eingangsbestatigung', 'ihre anfrage ist eingegangen', 'anfrage eingegangen'],
    ...['ihre anfrage ist bei uns eingegangen', 'ihre nachricht ist bei uns eingegangen'],
    ...['wir haben ihre anfrage erhalten', 'wir haben ihre nachricht erhalten'],
    ...['wir haben ihre e-mail erhalten', 'bestatigung ihrer anfrage', 'ticket erstellt'],
  ],
  fr: [
    ...['accuse de reception', 'demande recue', 'nous avons bien recu votre demande'],
    ...['nous avons recu votre demande', 'votre demande a bien ete recue'],
    ...['nous avons bien recu votre message', 'merci de nous avoir contactes'],
  ],
  es: [
    ...['solicitud recibida', 'ticket recibido', 'hemos recibido su solicitud', 'acuse de recibo'],
    ...['hemos recibido tu solicitud', 'hemos recibido su mensaje', 'hemos recibido tu mensaje'],
    ...[
      'gracias por contactarnos',
      'gracias por escribirnos',
      'gracias por contactar con nosotros',
    ],
  ],
  it: [
    ...['richiesta ricevuta', 'abbiamo ricevuto la sua richiesta', 'conferma di ricezione'],
    ...['abbiamo ricevuto la tua richiesta', 'abbiamo ricevuto il suo messaggio'],
    ...['abbiamo preso in carico la tua richiesta', 'abbiamo preso in carico la sua richiesta'],
    ...['grazie per averci contattato', 'grazie per averci scritto'],
  ],
  pt: [
    ...['recebemos seu pedido', 'recebemos o seu pedido', 'recebemos sua solicitacao'],
    ...['recebemos a sua solicitacao', 'recebemos sua mensagem', 'recebemos a sua mensagem'],
    ...['pedido recebido', 'solicitacao recebida', 'confirmacao de recebimento'],
    ...['confirmacao de rececao', 'obrigado por entrar em contato', 'obrigado pelo seu contato'],
  ],
  nl: [
    ...['ontvangstbevestiging', 'aanvraag ontvangen', 'verzoek ontvangen', 'melding ontvangen'],
    ...['wij hebben uw bericht ontvangen', 'we hebben uw bericht ontvangen'],
    ...['wij hebben uw vraag ontvangen', 'we hebben uw vraag ontvangen'],
  ],
  da: [
    ...['vi har modtaget din henvendelse', 'vi har modtaget din besked', 'henvendelse modtaget'],
    ...['kvittering for din henvendelse', 'bekræftelse pa modtagelse'],
  ],
  no: ['vi har mottatt henvendelsen din', 'vi har mottatt din henvendelse', 'henvendelse mottatt'],
  sv: [
    ...['arende mottaget', 'vi har mottagit ditt arende', 'vi har mottagit ditt meddelande'],
    ...['mottagningsbekraftelse', 'vi har tagit emot ditt arende'],
  ],
  fi: [
    ...['olemme vastaanottaneet viestisi', 'viestisi on vastaanotettu', 'pyynto vastaanotettu'],
    ...['vastaanottokuittaus', 'kiitos yhteydenotostasi'],
  ],
  pl: [
    ...['potwierdzenie otrzymania wiadomosci', 'potwierdzenie otrzymania zgloszenia'],
    ...['otrzymalismy twoja wiadomosc', 'otrzymalismy panstwa zgloszenie', 'zgloszenie przyjete'],
    ...['zgloszenie zostalo przyjete', 'potwierdzenie przyjecia zgloszenia'],
  ],
  cs: [
    ...['potvrzeni prijeti', 'potvrzeni o prijeti', 'vas pozadavek byl prijat', 'pozadavek prijat'],
    ...['prijali jsme vas pozadavek', 'vase zprava byla prijata'],
  ],
  hu: ['megkaptuk megkereseset', 'megkaptuk uzenetet', 'visszaigazolas'],
  ro: ['am primit solicitarea dumneavoastra', 'am primit mesajul dumneavoastra'],
  tr: ['talebiniz alindi', 'talebiniz alinmistir', 'mesajiniz alindi', 'mesajiniz alinmistir'],
  el: ['λαβαμε το αιτημα σας', 'λαβαμε το μηνυμα σας'],
  ru: [
    ...['ваш запрос получен', 'ваша заявка принята', 'ваше обращение принято', 'заявка принята'],
    ...['мы получили ваше сообщение', 'мы получили ваш запрос', 'мы получили ваше обращение'],
    ...['обращение зарегистрировано', 'ваше обращение зарегистрировано'],
  ],
  uk: ['ваш запит отримано', 'ваше звернення прииняте', 'ми отримали ваше повідомлення'],
  ja: [
    ...['リクエスト受付', 'お問い合わせありかとうこさいます', 'お問い合わせを受け付けました'],
    ...['お問い合わせを受付けました', 'お問い合わせ受付', '受付完了'],
  ],
  zh: [
    ...['请求已收到', '我们已收到您的请求', '工单已创建', '已收到您的邮件', '您的请求已收到'],
    ...['我们已收到您的邮件', '我們已收到您的來信'],
  ],
  ko: [
    ...['문의가 접수되었습니다', '문의가 정상적으로 접수되었습니다', '요청이 접수되었습니다'],
    ...['티켓이 접수되었습니다', '접수되었습니다', '접수 완료'],
  ],
};

/** Behind a name: `Nic Ferrier is out of the office`. */
export const IS_AWAY: readonly string[] = [
  ...['is out of the office', 'is out of office', 'is away', 'is on vacation', 'is on leave'],
  ...[
    'ist nicht im buro',
    'ist ausser haus',
    'ist abwesend',
    'ist im urlaub',
    'ist nicht im hause',
  ],
  ...[
    'est absent',
    'est absente',
    'est absent du bureau',
    'est absente du bureau',
    'est en conges',
  ],
  ...['esta fuera de la oficina', 'esta ausente', 'esta de vacaciones'],
  ...['e fuori ufficio', 'e assente', 'e fuori sede', 'esta fora do escritorio', 'esta de ferias'],
  ...[
    'is afwezig',
    'is niet op kantoor',
    'er ikke pa kontoret',
    'er ikke til stede',
    'ar franvarande',
  ],
  ...['on poissa', 'on poissa toimistosta', 'jest poza biurem', 'jest nieobecny', 'jest nieobecna'],
  ...[
    'je mimo kancelar',
    'ofis disinda',
    'hazon kivul van',
    'ar inte pa kontoret',
    'ar pa semester',
  ],
  ...['er fraværende', 'er pa ferie', 'on lomalla', 'jest na urlopie', 'is met vakantie'],
];

/** In front of a time, and behind it. */
export const AWAY_FOR: readonly (readonly [begin: string, ends: readonly string[]])[] = [
  [
    'ich bin',
    [
      ...['nicht im buro', 'im urlaub', 'abwesend', 'ausser haus', 'nicht im haus', 'nicht da'],
      ...['nicht erreichbar', 'nicht im hause', 'in elternzeit', 'auf dienstreise'],
    ],
  ],
  ['ik ben', ['afwezig', 'niet op kantoor', 'niet aanwezig', 'op vakantie', 'met vakantie']],
  ['jeg er', ['ikke pa kontoret', 'pa ferie', 'bortreist', 'ikke til stede']],
  ['jag ar', ['inte pa kontoret', 'pa semester', 'borta', 'ledig']],
  ['i am', ['out of the office', 'on vacation', 'on leave', 'away']],
];

/** Of calendars, readers and Exchange, before the subject of the mail that they are about. */
export const RECEIPTS: readonly string[] = [
  ...['accepted', 'declined', 'tentative', 'tentatively accepted', 'new time proposed', 'canceled'],
  ...[
    'angenommen',
    'zugesagt',
    'abgelehnt',
    'abgesagt',
    'mit vorbehalt',
    'unter vorbehalt',
    'vorlaufig',
  ],
  ...['accepte', 'acceptee', 'refuse', 'refusee', 'decline', 'provisoire', 'aceptado', 'aceptada'],
  ...['rechazado', 'rechazada', 'provisional', 'accettato', 'accettata', 'rifiutato', 'rifiutata'],
  ...['aceptada provisionalmente', 'aceptado provisionalmente', 'accettata provvisoriamente'],
  ...['provisoirement accepte', 'provisoirement acceptee', 'aceito provisoriamente'],
  ...['mit vorbehalt angenommen', 'vorlaufig zugesagt', 'tentativt accepterat', 'условно принято'],
  ...['provvisorio', 'aceite', 'aceito', 'recusado', 'recusada', 'provisorio', 'geaccepteerd'],
  ...['afgewezen', 'voorlopig', 'voorlopig geaccepteerd', 'accepteret', 'afslaet', 'akseptert'],
  ...['avslatt', 'accepterat', 'avbojt', 'preliminart', 'forelobig', 'hyvaksytty', 'hylatty'],
  ...['alustavasti hyvaksytty', 'zaakceptowano', 'odrzucono', 'wstepnie', 'prijato', 'odmitnuto'],
  ...['elfogadva', 'elutasitva', 'acceptat', 'refuzat', 'kabul edildi', 'reddedildi', 'принято'],
  ...[
    'отклонено',
    'αποδεκτο',
    'απορριφθηκε',
    '承諾',
    '辞退',
    '仮承諾',
    '已接受',
    '已拒绝',
    '수락됨',
    '거절됨',
  ],
  ...[
    'read',
    'not read',
    'delivered',
    'relayed',
    'gelesen',
    'ungelesen',
    'nicht gelesen',
    'zugestellt',
  ],
  ...[
    'read receipt',
    'return receipt',
    'lesebestatigung',
    'empfangsbestatigung',
    'accuse de lecture',
  ],
  ...[
    'lu',
    'non lu',
    'leido',
    'no leido',
    'letto',
    'non letto',
    'lida',
    'lido',
    'nao lida',
    'gelezen',
  ],
  ...[
    'ongelezen',
    'læst',
    'ikke læst',
    'lest',
    'ulest',
    'last',
    'ej last',
    'luettu',
    'przeczytano',
  ],
  ...[
    'nie przeczytano',
    'precteno',
    'neprecteno',
    'olvasott',
    'olvasva',
    'citit',
    'okundu',
    'прочтено',
  ],
  ...[
    'прочитано',
    'διαβαστηκε',
    '開封済み',
    '开封',
    '已读',
    '읽음',
    'conferma di lettura',
    'leesbevestiging',
  ],
  ...[
    'recall',
    'ruckruf',
    'rappel',
    'recuperar',
    'richiamo',
    'richiama',
    'intrekken',
    'tilbagekald',
  ],
  ...['tilbakekall', 'aterkalla', 'wycofanie', 'отзыв', 'geri cagir', 'revocar', 'recolher'],
  ...['undeliverable', 'unzustellbar', 'nicht zustellbar', 'non remis', 'no se puede entregar'],
  ...['message recall success', 'message recall failure', 'message recall'],
];

/** A recall, in a sentence that names the mail. */
export const RECALLS: readonly string[] = [
  ...['would like to recall the message', 'mochte die nachricht', 'souhaite rappeler le message'],
  ...['desea recuperar el mensaje', 'vuole richiamare il messaggio', 'wil het bericht intrekken'],
];

/** Subjects of programs that send a mail back, with no form for it: from the null sender alone. */
export const RETURNED =
  /^(?:undeliver|undelivered mail|delivery status notification|delivery (?:failure|notification|report|problem|has failed)|mail (?:delivery|system error|status report)|e?-?mail delivery|failure notice|returned (?:e?-?mail|to sender)|message (?:delivery|undeliverable|status|could not)|(?:permanent|temporary) delivery|warning: (?:could not|message)|non[- ]?delivery|nondeliverable|unzustellbar|nicht zustellbar|unable to deliver|could not (?:deliver|send)|problem delivering|rejected|notification d'etat|echec de|non remis|no se pudo entregar|mancata consegna|配信|メール|系统退信|退信)/;
