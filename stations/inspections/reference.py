"""What a new database asks in an inspection: code, weight, question in English and Chinese."""

QUESTIONS = [
    ("sign_outside", 10, "Does the sign with the code hang outside, readable?", "带码的站点牌挂在外面、看得清吗？"),
    ("no_fee_notice", 10, "Does the notice hang that nobody ever pays to join?", "挂着“加入不收任何费用”的告示吗？"),
    ("certificate_shown", 10, "Does the certificate hang where villagers see it?", "证书挂在村民看得见的地方吗？"),
    ("hours_kept", 15, "Is the station open as its hours say?", "站点按公布的时间开门吗？"),
    ("till_locked", 15, "Is the cash locked away, and does the count agree?", "现金锁好了吗？点数对得上吗？"),
    ("papers_locked", 10, "Are papers with names locked away?", "写有姓名的材料锁好了吗？"),
    (
        "device_clean",
        10,
        "Are the devices those that are registered and locked when left?",
        "设备都登记过、离开时锁屏吗？",
    ),
    ("parcels_dry", 10, "Do parcels lie dry, in order, and out of reach?", "包裹放得干燥、整齐、别人拿不到吗？"),
    ("way_in", 5, "Can somebody with a stick or a wheelchair come in?", "拄拐、坐轮椅的人进得来吗？"),
    ("consents_read", 5, "Are consents read aloud before people agree?", "同意书先念给本人听再签吗？"),
]
