"""What people type into a work's form, and the helpers of its tests."""

from tests.works.desk import isbn


def typed_book(**changes: str) -> dict[str, str]:
    """A whole book as it is typed."""
    return {
        "title": "《身边的力学》",
        "category": "original",
        "volumes": "1",
        "volumes.1.isbn": f"978-{isbn(1)[3:]}",
        "volumes.1.title": "",
        "publisher": "示范科学技术出版社",
        "published_on": "2025年3月",
        "authors.1.name": "杨 一",
        "authors.1.workplace": "市中心医院",
        "authors.2.name": "段伟",
        "authors.2.workplace": "",
        "workplace": "市中心医院",
        "contact_name": "杨一",
        "phone": "199 0001 0001",
        "summary": "面向公众介绍身边的力学。",
        "declared": "yes",
    } | changes


def typed_video(**changes: str) -> dict[str, str]:
    """A whole video as it is typed."""
    return {
        "title": "水的三次旅行",
        "seconds": "3′54″",
        "platform": "市融媒体中心",
        "published_on": "2025-02-05",
        "url": "https://video.example.com/2",
        "publisher": "市气象学会",
        "authors.1.name": "阎英",
        "authors.1.workplace": "",
        "workplace": "市气象学会",
        "contact_name": "阎英",
        "phone": "19900020002",
        "summary": "跟着水去旅行。",
        "non_original_percent": "8%",
        "ai_used": "no",
        "sources": "航拍素材来自公共素材库。",
        "declared": "yes",
    } | changes
