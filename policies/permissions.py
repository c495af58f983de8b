"""Permission testers of the policies section. They answer early and kindly; the
ledger, the guards and the database hold the rules.
"""

from pages.permissions import SectionPermissionTester


class PolicyIndexPermissionTester(SectionPermissionTester):
    """The section of policies stays where it is, public, and in its order."""

    def can_publish_subpage(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False
