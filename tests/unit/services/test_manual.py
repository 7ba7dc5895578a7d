"""The manual is cut at its headings and searched by words."""

from app.services.manual import parse

TEXT = """# 手册

前言

## 首页

![图](../a.png) 先看 **急的**。

### 小节

补发

## 完
"""


def test_chapters_are_cut_at_their_headings() -> None:
    assert [(c.title, c.level) for c in parse(TEXT).chapters] == [("首页", 2), ("小节", 3), ("完", 2)]
    first = parse(TEXT).chapter("首页")
    assert first is not None
    assert "急的" in first.markdown
    assert "补发" not in first.markdown
    assert parse(TEXT).chapter("前言") is None


def test_all_words_have_to_stand_in_the_chapter_and_marks_do_not_count() -> None:
    manual = parse(TEXT)
    assert [c.title for c in manual.search("看急的")] == ["首页"]
    assert [c.title for c in manual.search("先 急")] == ["首页"]
    assert manual.search("急 补发") == ()
    assert manual.search("a.png") == ()
    assert len(manual.search("  ")) == 3


def test_nothing_is_no_manual_at_all() -> None:
    assert parse("").chapters == ()
