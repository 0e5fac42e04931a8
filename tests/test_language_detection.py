"""Languages of articles: sentences written for this test, in the languages they are listed by."""

import sys

import pytest

import framing.language_detection
from framing.corpus import Corpus
from framing.language_detection import detect_languages
from framing.tables import TABLES, CorpusError

SENTENCES = {
    "en": "The two governments agreed to open talks about the border next week. "
    "Nobody in the village believed that the ceasefire would hold through the winter.",
    "de": "Die beiden Regierungen wollen in der nächsten Woche über die Grenze verhandeln. "
    "Im Dorf glaubte niemand, dass der Waffenstillstand den Winter überdauert.",
    "fr": "Les deux gouvernements ouvriront la semaine prochaine des pourparlers sur la frontière. "
    "Personne au village ne croyait que la trêve tiendrait tout l'hiver.",
    "es": "Los dos gobiernos acordaron abrir la próxima semana conversaciones sobre la frontera. "
    "Nadie en el pueblo creía que la tregua duraría todo el invierno.",
    "it": "I due governi hanno deciso di aprire la prossima settimana colloqui sul confine. "
    "Nel villaggio nessuno credeva che la tregua durasse tutto l'inverno.",
    "pt": "Os dois governos decidiram abrir na próxima semana conversações sobre a fronteira. "
    "Ninguém na aldeia acreditava que a trégua durasse o inverno todo.",
    "nl": "De twee regeringen willen volgende week gesprekken over de grens beginnen. "
    "Niemand in het dorp geloofde dat het bestand de winter zou overleven.",
    "pl": "Oba rządy zgodziły się rozpocząć w przyszłym tygodniu rozmowy o granicy. "
    "Nikt we wsi nie wierzył, że rozejm przetrwa zimę.",
    "ru": "Правительства двух стран договорились начать переговоры о границе на следующей неделе. "
    "Никто в деревне не верил, что перемирие продержится всю зиму.",
    "uk": "Уряди двох країн домовилися почати переговори про кордон наступного тижня. "
    "Ніхто в селі не вірив, що перемир'я протримається всю зиму.",
    "tr": "İki hükümet önümüzdeki hafta sınır konusunda görüşmelere başlamayı kabul etti. "
    "Köyde hiç kimse ateşkesin kış boyunca süreceğine inanmıyordu.",
    "ar": "اتفقت الحكومتان على بدء محادثات بشأن الحدود في الأسبوع المقبل. "
    "لم يصدق أحد في القرية أن الهدنة ستصمد طوال الشتاء.",
    "zh": "两国政府同意下周就边界问题开始谈判。 村里没有人相信停火能够维持整个冬天。",
    "ja": "両国政府は来週、国境について交渉を始めることで合意した。 "
    "村の誰もが停戦が冬の間続くとは信じていなかった。",
    "hi": "दोनों सरकारें अगले हफ़्ते सीमा पर बातचीत शुरू करने को राज़ी हो गईं। "
    "गाँव में किसी को विश्वास नहीं था कि युद्धविराम सर्दियों तक टिकेगा।",
}


def test_each_language_is_detected():
    pytest.importorskip("py3langid")
    table = detect_languages(list(SENTENCES.values()))
    assert list(table.columns) == list(TABLES["languages"])
    assert table["detected"].tolist() == list(SENTENCES)
    assert table["certainty"].between(0.5, 1).all()
    assert table["reason"].isna().all()
    assert table["language"].tolist() == ["en"] * len(SENTENCES)


def test_the_stated_language_stands_beside_the_one_detected():
    pytest.importorskip("py3langid")
    corpus = Corpus.from_texts([SENTENCES["de"], SENTENCES["zh"]], language="fr")
    table = detect_languages(corpus)
    assert table["article_id"].tolist() == ["1", "2"]
    assert table["language"].tolist() == ["fr", "fr"]
    assert table["detected"].tolist() == ["de", "zh"]
    assert table["n_words"].tolist() == [22, 34]


def test_short_and_doubtful_articles_get_no_language():
    pytest.importorskip("py3langid")
    texts = ["No deal.", "", "one two three four five six seven eight nine", "7 " * 30]
    table = detect_languages(texts)
    assert table["detected"].isna().all()
    assert table["reason"].tolist() == ["fewer than 10 words"] * 3 + ["certainty below 0.5"]


def test_a_long_article_takes_no_longer_than_its_beginning(monkeypatch):
    read = []

    class Identifier:
        def classify(self, text):
            read.append(len(text))
            return "en", 1.0

    monkeypatch.setattr(framing.language_detection, "_identifier", Identifier)
    assert detect_languages(["a " * 100_000])["detected"].item() == "en"
    assert read == [20_000]


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    framing.language_detection._identifier.cache_clear()
    with pytest.raises(CorpusError, match=r"pip install media-framing\[languages\]"):
        detect_languages("Talks go on.")
