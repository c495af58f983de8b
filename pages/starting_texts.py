"""What the first pages in a language say until somebody edits them.

Titles fit the limit of a heading. People who speak the languages are to check them
before the site opens, like every translation.
"""

from typing import NamedTuple


class Start(NamedTuple):
    """Title and introduction of the home page, and title of the list of treatments."""

    home: str
    introduction: str
    treatments: str


STARTING_TEXTS = {
    "ur": Start(
        "معلوم کریں کہ یہاں این ایچ ایس کن علاجوں کا خرچ اٹھاتا ہے",
        "پڑھیں کہ علاج کیا ہے، اس کے خطرات کیا ہیں، اور کیا آپ اس علاقے میں "
        "این ایچ ایس کے ذریعے اسے حاصل کر سکتے ہیں۔",
        "علاجوں کی فہرست",
    ),
    "pa": Start(
        "ਪਤਾ ਕਰੋ ਕਿ ਇੱਥੇ NHS ਕਿਸ ਇਲਾਜ ਦਾ ਖਰਚਾ ਦਿੰਦਾ ਹੈ",
        "ਪੜ੍ਹੋ ਕਿ ਇਲਾਜ ਕੀ ਹੈ, ਇਸ ਦੇ ਖਤਰੇ ਕੀ ਹਨ, ਅਤੇ ਕੀ ਤੁਸੀਂ ਇਸ ਇਲਾਕੇ ਵਿੱਚ NHS ਰਾਹੀਂ ਇਹ ਲੈ ਸਕਦੇ ਹੋ।",
        "ਇਲਾਜਾਂ ਦੀ ਸੂਚੀ",
    ),
    "bn": Start(
        "এখানে NHS কোন চিকিৎসার খরচ দেয় তা জানুন",
        "চিকিৎসাটি কী, এর ঝুঁকি কী, এবং এই এলাকায় NHS-এর মাধ্যমে আপনি এটি পেতে পারেন কি "
        "না তা পড়ুন।",
        "চিকিৎসার তালিকা",
    ),
    "pl": Start(
        "Sprawdź, za co płaci tutaj NHS",
        "Przeczytaj, na czym polega leczenie, jakie niesie ryzyko i czy możesz je "
        "otrzymać w ramach NHS na tym obszarze.",
        "Metody leczenia od A do Z",
    ),
    "ar": Start(
        "تعرّف على ما تدفع هيئة الصحة الوطنية تكلفته هنا",
        "اقرأ ما هو العلاج وما مخاطره وما إذا كان بإمكانك الحصول عليه من هيئة الصحة "
        "الوطنية في هذه المنطقة.",
        "قائمة العلاجات",
    ),
    "ro": Start(
        "Aflați pentru ce tratamente plătește NHS aici",
        "Citiți ce este un tratament, ce riscuri are și dacă îl puteți primi prin NHS "
        "în această zonă.",
        "Tratamente de la A la Z",
    ),
}
