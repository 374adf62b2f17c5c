"""
Hostile words: what a file, a function, a type or a thread may be called.

Each goes through every sink; `SENTINEL` stands in each, so that a test can
tell that it got there.
"""

SENTINEL = "zq9"

STRINGS = tuple(
    f"{SENTINEL}{text}"
    for text in (
        "",
        "\x1b[31mred\x1b[0m\x07",
        "\x9b31m\x7f",
        "\u202etxt.exe\u2066\u2069",
        "\u2028\u2029\u0085",
        "\x00\x01\x08\x0b\x0c\x0e\x1f",
        "\ufffe\uffff",
        "line\nbreak\r\ncarriage\rreturn\ttab",
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "]]><!-- --><![CDATA[ & &amp; &#0; &lol;",
        "\"quoted\" 'single' `code`",
        "| cell | [link](javascript:alert(1)) ![image](http://x/y.png)",
        "# heading\n- item\n* item\n1. item\n> quote\n---\n```\nfence",
        "*bold* _em_ ~~gone~~ **strong** __x__ \\escaped\\",
        "=cmd|' /C calc'!A0 +1 -1 @SUM(1)",
        "\n::error file=a.py,line=1::injected",
        "%0A::error::injected%0D%25",
        "::set-output name=x::y",
        "::stop-commands::token",
        "##[error]injected ##[set-env name=PATH;]/tmp",
        "a,title=injected:b%2C,line=9",
        "../../etc/passwd",
        "C:\\Windows\\System32 file:///etc/passwd",
        "{0} {{1}} %s %(x)s ${HOME} $(id) `id`",
        "\udce9\udcff",
        "\ud800 \udfff",
        "é漢🙂 e\u0301",
        "https://example.org/?a=b&c=d#e",
        "x" * 3000,
    )
)
