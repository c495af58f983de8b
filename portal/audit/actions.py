"""What the log can say, each act as a plain sentence about what was done."""

SENTENCES = {
    "sign_in.signed_in": "Signed in",
    "sign_in.signed_out": "Signed out",
    "sign_in.refused": "Sign-in refused",
    "sign_in.locked": "Sign-in locked after wrong attempts",
    "sign_in.break_glass": "System administrator signed in (break-glass)",
    "sign_in.second_factor_added": "Second factor added",
    "sign_in.second_factor_removed": "Second factor removed",
    "sign_in.ended_everywhere": "Signed out everywhere",
    "sign_in.sso_refused": "Single sign-on refused",
    "sign_in.sso_group_unmapped": "Single sign-on group without a role",
    "accounts.invited": "Person invited",
    "accounts.changed": "Account changed",
    "accounts.deactivated": "Account deactivated",
    "accounts.reactivated": "Account reactivated",
    "accounts.password_changed": "Password changed",
    "accounts.role_granted": "Role granted",
    "accounts.role_taken": "Role taken away",
    "approval.decided": "Decision taken",
    "approval.submitted": "Change submitted",
    "approval.ratified": "Ratification recorded",
    "approval.published": "Version published",
    "approval.emergency_judged": "Emergency publication judged",
    "approval.rescission_requested": "Rescission requested",
    "approval.rescinded": "Version rescinded",
    "governance.exported": "Records exported",
    "governance.evidence_exported": "Evidence pack exported",
    "governance.ledger_verified": "Ledger verified",
    "consent.published": "Cookie notice published",
    "consent.exported": "Cookie choices exported",
    "consent.purged": "Expired cookie choices deleted",
    "consent.erased": "A visitor erased the own record of cookie choices",
    "audit.exported": "Audit log exported",
    "audit.verified": "Audit log verified",
    "edits.saved_over": "Text of somebody else saved over",
    "feedback.dealt_with": "Feedback dealt with",
    "feedback.reopened": "Feedback opened again",
    "feedback.exported": "Feedback exported",
    "media.held": "Upload held in quarantine",
    "media.released": "Upload released from quarantine",
    "media.held_deleted": "Upload in quarantine deleted",
    "register.begun": "Import of a register begun",
    "register.ended": "Import of a register ended",
    "settings.created": "Setting created",
    "settings.changed": "Setting changed",
    "settings.deleted": "Setting deleted",
    "refused": "Act refused",
}
# Wagtail's own log names acts this way; its registry holds their words.
WAGTAIL_PREFIX = "wagtail."


def sentence_of(action: str) -> str:
    """The sentence of an act; for Wagtail's own acts, Wagtail's words."""
    if action in SENTENCES:
        return SENTENCES[action]
    from wagtail.log_actions import registry

    return (
        str(registry.get_action_label(action))
        if registry.action_exists(action)
        else action
    )


def is_known(action: str) -> bool:
    return action in SENTENCES or action.startswith(WAGTAIL_PREFIX)
