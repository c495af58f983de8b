"""Permission testers of ordinary pages: sections that hold policies stay put."""

from wagtail.models import Page, PagePermissionTester

GOVERNED_CONTENT = "is_governed"


class SectionPermissionTester(PagePermissionTester):
    """Deleting, moving, hiding or unpublishing a page never asks the pages below it.

    So the page above asks for them: a section that holds governed pages keeps them
    where the public finds them.
    """

    def holds_governed_pages(self) -> bool:
        from wagtail.models import get_page_models

        governed = [
            model
            for model in get_page_models()
            if getattr(model, GOVERNED_CONTENT, False)
        ]
        return self.page.get_descendants().type(*governed).exists()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return (
            super().can_delete(ignore_bulk=ignore_bulk)
            and not self.holds_governed_pages()
        )

    def can_unpublish(self) -> bool:
        return super().can_unpublish() and not self.holds_governed_pages()

    def can_set_view_restrictions(self) -> bool:
        return super().can_set_view_restrictions() and not self.holds_governed_pages()

    def can_copy(self) -> bool:
        return super().can_copy() and not self.holds_governed_pages()


class GovernedPagePermissionTester(PagePermissionTester):
    """A page that reaches the public through approval and stays on record.

    For everybody, superusers included: these answer early and kindly, and the
    guards behind them hold on every other road.
    """

    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_unschedule(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_move_to(self, destination: Page) -> bool:
        return False

    def can_copy(self) -> bool:
        return False

    def can_lock(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Only a draft that nobody has submitted yet; the rest is on record."""
        return (
            super().can_delete(ignore_bulk=ignore_bulk)
            and not self.page.changes.exists()
        )

    def can_submit_for_moderation(self) -> bool:
        return (
            self.user.has_role(self.page.specific_class.author_role)
            and not self.user.is_superuser
            and super().can_submit_for_moderation()
        )
