"""The countries whose companies the sandbox plays: clock, money, prices and names of each.

A company is of the country that its code begins with (`KW-POWER`); any other code is a company of China.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Tariff:
    """Units used in a month, their price, and a fixed part."""

    least: int
    most: int
    price: Decimal
    fixed: Decimal = Decimal(0)


@dataclass(frozen=True)
class Country:
    """Where a company works. `decimals` is how many its currency has; `joint` stands between the names of a person."""

    zone: ZoneInfo
    currency: str
    decimals: int
    tariffs: dict[str, Tariff]
    surnames: tuple[str, ...]
    given: tuple[str, ...]
    joint: str = ""
    surname_first: bool = True

    @property
    def unit(self) -> Decimal:
        """The smallest amount."""
        return Decimal(1).scaleb(-self.decimals)

    def rounded(self, amount: Decimal) -> Decimal:
        """To the smallest amount, half up."""
        return amount.quantize(self.unit, ROUND_HALF_UP)

    def written(self, amount: Decimal) -> str:
        """With exactly the decimals of the currency."""
        return f"{amount:.{self.decimals}f}"

    def minor(self, amount: str) -> int:
        """A decimal string in minor units. Raises what `Decimal` and `int` raise."""
        return int(Decimal(amount).scaleb(self.decimals))

    def name(self, surname: str, given: str) -> str:
        """A person as bills name them."""
        return self.joint.join((surname, given) if self.surname_first else (given, surname))


CHINA = Country(
    ZoneInfo("Asia/Shanghai"),
    "CNY",
    2,
    {
        "power": Tariff(90, 620, Decimal("0.5283")),
        "water": Tariff(4, 28, Decimal("3.24")),
        "gas": Tariff(8, 62, Decimal("2.96")),
        "tv": Tariff(0, 1, Decimal("10.00"), Decimal("24.00")),
        "telecom": Tariff(0, 12, Decimal("5.00"), Decimal("19.00")),
    },
    tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"),
    (
        *("秀英", "桂英", "秀兰", "玉兰", "桂芳", "淑珍", "金凤", "玉梅", "丽华", "海燕", "春梅", "红霞", "小红"),
        *("建国", "建华", "国强", "志强", "德福", "永贵", "长青", "宝玉", "国平", "卫东", "学军", "文斌", "晓峰"),
        *("明亮", "大伟", "家旺", "福生"),
    ),
)
KUWAIT = Country(
    ZoneInfo("Asia/Kuwait"),
    "KWD",
    3,
    {
        "power": Tariff(360, 2480, Decimal("0.005")),
        "water": Tariff(4, 28, Decimal("0.175")),
        "gas": Tariff(1, 6, Decimal("0.750")),
        "tv": Tariff(0, 1, Decimal("1.250"), Decimal("3.500")),
        "telecom": Tariff(0, 12, Decimal("0.255"), Decimal("2.005")),
    },
    ("Al-Ali", "Al-Awadhi", "Al-Enezi", "Al-Failakawi", "Al-Kandari", "Al-Mutairi", "Al-Rashidi", "Al-Shammari"),
    ("Ahmad", "Fahad", "Fatima", "Khalid", "Mariam", "Nasser", "Noura", "Salem", "Sara", "Yousef"),
    joint=" ",
    surname_first=False,
)
JAPAN = Country(
    ZoneInfo("Asia/Tokyo"),
    "JPY",
    0,
    {
        "power": Tariff(90, 620, Decimal("31.4")),
        "water": Tariff(4, 28, Decimal("163")),
        "gas": Tariff(8, 62, Decimal("145")),
        "tv": Tariff(0, 1, Decimal("1100"), Decimal("1950")),
        "telecom": Tariff(0, 12, Decimal("110"), Decimal("1980")),
    },
    ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"),
    ("一郎", "花子", "健太", "さくら", "誠", "美咲", "翔", "結衣"),
    joint=" ",
)
COUNTRIES = {"KW": KUWAIT, "JP": JAPAN}


def country_of(code: str) -> Country:
    """The country of a company, by the code of a provider or a biller."""
    return COUNTRIES.get(code.partition("-")[0], CHINA)
