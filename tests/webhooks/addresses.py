"""Cases for the guard of webhooks: URLs that must be refused as they stand, and addresses that must never be called."""

METADATA_V4 = ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192")
PRIVATE_V4 = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.254", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.1.2.3"),
    *("127.255.255.254", "169.254.0.1", "169.254.255.255", "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.0.170"),
    *("192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.168.255.254", "192.175.48.1"),
    *("198.18.0.1", "198.19.255.254", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255",),
)
V6 = (
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
    *("::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b::8.8.8.8", "64:ff9b:1::1", "64:ff9b:1::a00:1", "100::1", "100:0:0:1::1", "2001::1", "2001:0:7f00:1::1"),
    *("2001:2::1", "2001:3::1", "2001:4:112::1", "2001:10::1", "2001:20::1", "2001:30::1", "2001:db8::1", "2002::1"),
    *("2002:7f00:1::1", "2002:a00:1::1", "2002:a9fe:a9fe::1", "2620:4f:8000::1", "3fff::1", "3ffe::1", "5f00::1"),
    *("fc00::1", "fd00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fe80::1%eth0", "fe80::a9fe:a9fe", "fec0::1"),
    *("ff02::1", "ff05::2", "ff0e::1", "4000::1", "8000::1", "2a00::5efe:10.0.0.1", "2a00:1:2:3:200:5efe:7f00:1"),
    *("2606:4700::1%1",),
)
FORBIDDEN = (*METADATA_V4, *PRIVATE_V4, *V6)
"""What a name may lead to, and must not be followed to."""

ALLOWED = (
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255"),
    *("128.0.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.167.1.1", "192.169.1.1", "198.17.1.1"),
    *("198.20.0.1", "203.0.112.1", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e"),
    *("2001:4860:4860::8888", "2001:200::1", "2003::1", "2400:cb00::1", "2620:0:2d0:200::7"),
)

NUMBERS = (
    *("2130706433", "0x7f000001", "017700000001", "0x7f.1", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f.0.1"),
    *("00127.0.0.1", "127.000.000.001", "127.0.0.1.", "127.0.0.01", "0", "0x0", "1", "3232235521", "2852039166"),
    *("0xa9fea9fe", "025177524776", "169.254.43518", "169.16689662", "0251.0376.0251.0376", "0xA9.0xFE.0xA9.0xFE"),
    *("169.254.169.254.", "10.1", "192.168.1", "1.2.3.4", "8.8.8.8", "256.256.256.256", "1.1.1.1.1", "99999999999"),
    *("0x100000000", "4294967296", "example.0x1", "example.com.1", "1e100.0x"),
)
BRACKETS = tuple(f"[{one}]" for one in (*V6[:12], "::1%25lo", "v1.fe80", "1.1.1.1", "", "2606:4700:4700::1111", "::g"))
NAMES = (
    *("localhost", "LOCALHOST", "localhost.", "a.localhost", "foo.local", "printer.lan", "db.internal", "x.home.arpa"),
    *(
        "metadata.google.internal",
        "METADATA.GOOGLE.INTERNAL",
        "instance-data.ec2.internal",
        "kubernetes.default.svc.local",
    ),
    *(
        "router.home",
        "git.corp",
        "localhost.localdomain",
        "www.intranet",
        "abc.onion",
        "my.test",
        "metadata",
        "postgres",
    ),
    *(
        "temporal",
        "example.com.",
        "example..com",
        ".example.com",
        "-a.example.com",
        "a-.example.com",
        "a_b.example.com",
    ),
    *("ex%61mple.com", "example.com%00", "example.com%2f", "exämple.com", "１２７.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *(
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "lo\u00adcalhost",
        "example.com\u200b",
        "a" * 64 + ".example.com",
        "a." * 130 + "com",
        "*.example.com",
    ),
)
WHOLE = (
    *("", " ", "https://", "https:///x", "https:/example.com", "https:example.com", "//example.com/", "example.com"),
    *("http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com:70/_", "data:,x"),
    *("javascript:alert(1)", "ws://example.com/", "unix:///run/x", "https+unix://x/", "HTTPS ://example.com"),
    *("https://user@example.com/", "https://user:pass@example.com/", "https://@example.com/", "https://:@example.com/"),
    *("https://example.com@127.0.0.1/", "https://example.com:443@127.0.0.1/", "https://127.0.0.1@example.com/"),
    *("https://example.com%40127.0.0.1/", "https://127.0.0.1%40example.com/", "https://a%3a443@example.com/"),
    *(
        "https://example.com\\@127.0.0.1/",
        "https://example.com\\.evil.com/",
        "https:\\\\example.com",
        "https://a\\b.com/",
    ),
    *("https://example.com#@127.0.0.1/", "https://example.com/#x", "https://example.com/a b", "https://exam ple.com/"),
    *(
        "https://example.com/\n",
        "https://example.com/\r\nHost: x",
        "https://exa\tmple.com/",
        "\x00https://example.com/",
    ),
    *(" https://example.com/", "https://example.com/\x7f", "https://example.com/ü", "https://[::1/", "https://::1/"),
    *("https://example.com:0/", "https://example.com:22/", "https://example.com:25/", "https://example.com:80/"),
    *(
        "https://example.com:5432/",
        "https://example.com:6379/",
        "https://example.com:65536/",
        "https://example.com:-1/",
    ),
    *("https://example.com:4 43/", "https://example.com:443:443/", "https://example.com:x/", "https://example.com:９/"),
    *("https://example.com;x=y/", "https://example.com,evil.com/", "https://example.com&x/", "https://a=b.com/"),
    "https://example.com/" + "x" * 2000,
)
REFUSED = (
    *WHOLE,
    *(f"https://{host}/hook" for host in (*NUMBERS, *BRACKETS, *NAMES, *METADATA_V4, *PRIVATE_V4)),
    *(f"http://{host}/" for host in ("127.0.0.1", "[::1]", "localhost", "169.254.169.254")),
)
"""URLs that must be refused before anything is resolved."""

ACCEPTED = (
    *("https://crm.example.org", "https://crm.example.org/", "https://CRM.Example.org/a?b=c&d=%40", "https://a.b:443/"),
    *(
        "https://xn--exmple-cua.com/",
        "https://example.com:8443/x",
        "https://1.example.com/",
        "https://a-b.c0.example/x",
    ),
)
