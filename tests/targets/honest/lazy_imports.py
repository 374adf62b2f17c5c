"""
Honest: modules of the standard library are imported one by one until the run ends.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import importlib
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
NAMES = """
argparse ast bisect calendar cmd code codecs colorsys configparser copy csv datetime decimal difflib
dis doctest email.message filecmp fractions ftplib getopt gettext glob graphlib gzip hashlib hmac
html.parser http.client http.cookies imaplib inspect ipaddress json locale mailbox mimetypes netrc
optparse pickletools pkgutil plistlib poplib pprint profile quopri random sched secrets shelve shlex
smtplib statistics string tarfile textwrap timeit token trace unittest urllib.request uuid wave
xml.dom.minidom xml.etree.ElementTree xmlrpc.client zipapp zipfile
""".split()  # noqa: SIM905  (one list of names)

for n in range(COUNT):
    if n * len(NAMES) % COUNT < len(NAMES):
        importlib.import_module(NAMES[n * len(NAMES) // COUNT])
    time.sleep(0.001)
