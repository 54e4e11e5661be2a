"""讲解大赛: contests, registrations, materials, rounds, nominations."""

from contest.models.contests import ADULT_AGE, FILE_NAME_RULE, ConsentText, Contest, Group
from contest.models.materials import Material, MaterialRequirement
from contest.models.nominations import Delegation, DocumentTemplate, Finalist, PersonalDataExport
from contest.models.registrations import Contestant, ExcludedPerson, OfficeNote, ReviewDecision
from contest.models.rounds import Advancement, Appearance, GroupRound, RedrawRequest

__all__ = [
    "ADULT_AGE",
    "FILE_NAME_RULE",
    "Advancement",
    "Appearance",
    "ConsentText",
    "Contest",
    "Contestant",
    "Delegation",
    "DocumentTemplate",
    "ExcludedPerson",
    "Finalist",
    "Group",
    "GroupRound",
    "Material",
    "MaterialRequirement",
    "OfficeNote",
    "PersonalDataExport",
    "RedrawRequest",
    "ReviewDecision",
]
