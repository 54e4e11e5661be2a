from works.models.exports import ContactExport
from works.models.reviews import Admission, DeclaredTie, KindRound, Meeting, MeetingDecision, Recommendation, Reminder
from works.models.selections import FileRequirement, FormerWinner, Kind, Selection, WordTemplate
from works.models.works import Author, PaperCopy, ScreeningDecision, Submission, Volume, Work, WorkFile

__all__ = [
    "Admission",
    "Author",
    "ContactExport",
    "DeclaredTie",
    "FileRequirement",
    "FormerWinner",
    "Kind",
    "KindRound",
    "Meeting",
    "MeetingDecision",
    "PaperCopy",
    "Recommendation",
    "Reminder",
    "ScreeningDecision",
    "Selection",
    "Submission",
    "Volume",
    "WordTemplate",
    "Work",
    "WorkFile",
]
