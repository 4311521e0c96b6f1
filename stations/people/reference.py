"""What a new database knows about people: readings of surnames, and the texts that are read out before a consent."""

#: Surnames that are not read as the character usually is, and surnames of two characters; best reading first.
SURNAME_READINGS: dict[str, tuple[str, ...]] = {
    "单": ("shan",),
    "解": ("xie",),
    "仇": ("qiu",),
    "曾": ("zeng",),
    "翟": ("zhai", "di"),
    "查": ("zha",),
    "朴": ("piao",),
    "盖": ("ge", "gai"),
    "区": ("ou",),
    "缪": ("miao",),
    "覃": ("qin", "tan"),
    "乐": ("yue", "le"),
    "种": ("chong",),
    "折": ("she",),
    "繁": ("po",),
    "黑": ("he", "hei"),
    "洗": ("xian",),
    "员": ("yun",),
    "贠": ("yun",),
    "郇": ("xun", "huan"),
    "郗": ("xi", "chi"),
    "隗": ("wei", "kui"),
    "牟": ("mu", "mou"),
    "能": ("nai",),
    "召": ("shao",),
    "句": ("gou",),
    "费": ("fei", "bi"),
    "晟": ("cheng", "sheng"),
    "柏": ("bai", "bo"),
    "阚": ("kan",),
    "角": ("jue",),
    "祭": ("zhai", "ji"),
    "秘": ("bi", "mi"),
    "谌": ("chen", "shen"),
    "适": ("kuo", "shi"),
    "卜": ("bu",),
    "佴": ("nai",),
    "郄": ("qie", "xi"),
    "乜": ("nie",),
    "隽": ("juan", "jun"),
    "欧阳": ("ou yang",),
    "司马": ("si ma",),
    "上官": ("shang guan",),
    "诸葛": ("zhu ge",),
    "尉迟": ("yu chi",),
    "万俟": ("mo qi",),
    "长孙": ("zhang sun",),
    "单于": ("chan yu",),
    "令狐": ("ling hu",),
    "夏侯": ("xia hou",),
    "皇甫": ("huang fu",),
    "东方": ("dong fang",),
    "澹台": ("tan tai",),
    "公孙": ("gong sun",),
    "慕容": ("mu rong",),
    "司徒": ("si tu",),
    "司空": ("si kong",),
    "宇文": ("yu wen",),
    "端木": ("duan mu",),
    "南宫": ("nan gong",),
    "独孤": ("du gu",),
    "轩辕": ("xuan yuan",),
    "呼延": ("hu yan",),
    "申屠": ("shen tu",),
    "太史": ("tai shi",),
    "闻人": ("wen ren",),
    "钟离": ("zhong li",),
    "赫连": ("he lian",),
    "公冶": ("gong ye",),
    "百里": ("bai li",),
    "东郭": ("dong guo",),
    "西门": ("xi men",),
    "南门": ("nan men",),
    "拓跋": ("tuo ba",),
    "鲜于": ("xian yu",),
    "亓官": ("qi guan",),
    "濮阳": ("pu yang",),
    "淳于": ("chun yu",),
    "宗政": ("zong zheng",),
    "完颜": ("wan yan",),
    "纳兰": ("na lan",),
    "梁丘": ("liang qiu",),
    "左丘": ("zuo qiu",),
    "谷梁": ("gu liang",),
    "第五": ("di wu",),
    "公羊": ("gong yang",),
    "仲孙": ("zhong sun",),
    "叔孙": ("shu sun",),
}

#: purpose -> language -> the text of version 1.
CONSENT_TEXTS: dict[str, dict[str, str]] = {
    "service_record": {
        "en": "The station writes down what it does for you, so that it can be found again: what, when, and by whom. "
        "You may see it, have it corrected, and withdraw this at any time at the counter. Nothing is sold or shown "
        "to anybody who does not serve you.",
        "zh-hans": "站点会记下为您办过的事：办了什么、什么时候、谁办的，方便以后查找。您随时可以查看、要求更正，"
        "也可以随时到柜台撤回同意。不会卖给别人，也不会给与办事无关的人看。",
    },
    "sms_notice": {
        "en": "The station sends short messages to your phone about what waits for you: parcels, bills, appointments. "
        "No advertising. You may stop them at any time.",
        "zh-hans": "站点会发短信告诉您有什么事在等您：包裹、账单、预约。不发广告。您随时可以让我们停止发送。",
    },
    "credit_data": {
        "en": "When you ask for a loan, the bank may look at your payments and deliveries at the station to decide. "
        "You will be told what it saw. Without your consent nothing is passed on.",
        "zh-hans": "您申请贷款时，银行可以查看您在站点的缴费和交货记录来做决定。看了什么会告诉您。"
        "您不同意，就什么都不会给银行。",
    },
    "insurance_data": {
        "en": "Your name, birth date and document number are passed to the insurer whose policy you choose, and to "
        "nobody else, for enrolment and claims.",
        "zh-hans": "您的姓名、出生日期和证件号码只交给您选的那家保险公司，用来办理参保和理赔，不给别人。",
    },
    "health_record": {
        "en": "The health booth keeps your measurements and visits, so that a doctor can see how you are doing. Only "
        "those who treat you may open them, and each opening is written down.",
        "zh-hans": "健康小站会保存您的测量结果和就诊记录，方便医生了解您的身体。"
        "只有给您看病的人才能打开，每次打开都有记录。",
    },
    "share_with_hospital": {
        "en": "When you are sent to a hospital, your health record is shown to it for this treatment.",
        "zh-hans": "您转到医院看病时，您的健康记录会给这家医院看，只用于这次治疗。",
    },
    "hospital_registration": {
        "en": "Your name, birth date, phone and document number are passed to the hospital that you are registered "
        "with, and to nobody else. The station sees when and where the appointment is, never why.",
        "zh-hans": "您的姓名、出生日期、电话和证件号码会交给您挂号的那家医院，不给别人。"
        "站点只看得到什么时候、去哪里看病，看不到为什么看病。",
    },
    "education_record": {
        "en": "The station keeps which lessons were attended and how they went. Parents, guardians and teachers of the "
        "child may see it; nobody else.",
        "zh-hans": "站点会保存上过哪些课、学得怎么样。只有家长、监护人和任课老师可以看，别人不能看。",
    },
    "photo_use": {
        "en": "A photo of you may be used to show what the station does, in its village and on its pages. Your name "
        "is not written beside it.",
        "zh-hans": "您的照片可以用来介绍站点的工作，贴在村里或放在站点网页上，旁边不写您的名字。",
    },
    "impact_survey": {
        "en": "Once or twice a year we ask you some questions about how life goes. Answers are counted together; "
        "nobody can read yours alone.",
        "zh-hans": "每年一两次，我们会问您几个关于生活情况的问题。只统计总数，没有人能单独看到您的回答。",
    },
}
