/** A mail with a file, as Postfix gives it to each of its recipients: only the first lines differ. */

/** `bytes`: of the file, as it stands in the mail. */
export function largeMailTo(recipient: string, bytes = 20_000): Buffer {
  const file = Buffer.alloc(
    bytes,
    'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\n',
  );
  return Buffer.from(
    `Return-Path: <kay@large.example>
X-Original-To: ${recipient}
Delivered-To: ${recipient}
Received: from home.example by mx.support-ticket.example (Postfix) with ESMTPS id 4XyZ1Q2abcz9
	for <many@support-ticket.example>; Sat, 28 Nov 2026 10:00:00 +0000 (UTC)
From: Kay <kay@large.example>
To: support@support-ticket.example
Subject: a large file
Message-ID: <large@large.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

Here it is.
--b
Content-Disposition: attachment; filename=large.bin
Content-Transfer-Encoding: base64

${file.toString()}
--b--
`,
  );
}
