"""Which refusals rest on the notice: AppError code → its sections, behind the link 依据 in the message bar."""

RULES: dict[str, str] = {
    "case.closed_to_changes": "三(二)",
    "case.dead": "四(四)",
    "case.incomplete": "三(二)",
    "case.signed_before_verified": "三(二)",
    "month.nothing_ready": "三(二)",
    "report.paper_needed": "四(五)、五(三)",
    "scan.facts_changed": "三(二)",
    "scan.needs_decision": "三(二)",
    "scan.not_printed": "三(二)",
    "visit.blocked": "四(一)、四(三)、四(四)",
    "visit.override_needed": "五(四)",
}
