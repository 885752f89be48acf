"""Reads one Authentication-Results value a line (JSON) with python3-authres.

Prints for each the results of method dmarc as [[result, [header.from, ...]], ...], or null
for a field that it refuses.
"""
import json
import sys

from authres import AuthenticationResultsHeader

for line in sys.stdin:
    try:
        read = AuthenticationResultsHeader.parse('Authentication-Results: ' + json.loads(line))
        print(json.dumps([
            [found.result, [p.value for p in found.properties if (p.type, p.name) == ('header', 'from')]]
            for found in read.results if found.method.lower() == 'dmarc'
        ]))
    except Exception:
        print('null')
