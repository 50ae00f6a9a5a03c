"""Which changes after a signature are permitted: signing an empty field, and keeping the proof.

pyHanko compares revisions; this is its standard policy made stricter. Without its rule for generic
form fields the form-overlay attack (a text field filled in over the page) is refused, while a
joint issuer's seal in a pre-made field and an archive time-stamp still pass.
"""

from typing import Final

from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)

STRICT: Final = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        [
            # Needed for archive time-stamps, whose field is new; `signing.verdict.fields` allows
            # no other new field.
            SigFieldCreationRule(allow_new_visible_after_certify=False),
            SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
        ]
    ),
    # An object nothing refers to is harmless today; it is also how tomorrow's page is brought in.
    ignore_orphaned_objects=False,
)
