"""Readable names of devices, from what browsers say of themselves: a small table, no library."""

# the first that is found names it; order matters, for most browsers claim to be others too
BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("AlipayClient/", "Alipay"),
    ("MQQBrowser/", "QQ Browser"),
    ("QQBrowser/", "QQ Browser"),
    ("UCBrowser/", "UC Browser"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def name_of(user_agent: str) -> str:
    """`Chrome · Windows`, as far as it can be told; empty when nothing can."""
    return " · ".join(filter(None, (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))))


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in table if mark in user_agent), "")
