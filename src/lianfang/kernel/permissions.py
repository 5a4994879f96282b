"""Every permission there is. An endpoint names one of these; roles (accounts.roles) hold sets of them."""

from enum import StrEnum


class Permission(StrEnum):
    """`subject.verb`. The value is stored and sent; never reuse one for another meaning."""

    SYSTEM_MANAGE = "system.manage"  # settings, health, back-ups; no personal data
    USER_VIEW = "user.view"
    USER_MANAGE = "user.manage"  # invite, appoint, lock
    AREA_VIEW = "area.view"
    AREA_MANAGE = "area.manage"
    LIST_IMPORT = "list.import"  # receive a person list, withdraw it
    RUN_VIEW = "run.view"  # figures and findings of a reconciliation
    RUN_START = "run.start"
    FINDING_VIEW = "finding.view"
    FINDING_WORK = "finding.work"  # assign, note, close
    REVIEW_DECIDE = "review.decide"  # same person or not
    PERSON_VIEW = "person.view"  # a file with ID number and phone masked
    PERSON_REVEAL = "person.reveal"  # unmask, with a reason, recorded
    PERSON_REGISTER = "person.register"  # somebody met at a door or gate
    PERSON_CORRECT = "person.correct"
    PERSON_TRACE = "person.trace"  # who has looked at a file
    FIELD_WORK = "field.work"  # work lists on a phone, visits recorded at doors
    SCREENING_MANAGE = "screening.manage"  # start and end campaigns, give work to others
    MEASURE_CONFIRM = "measure.confirm"  # decide on a measure that rules propose
    TIP_VIEW = "tip.view"
    TIP_WORK = "tip.work"  # receive, assign, note, answer and close tips
    PASS_VIEW = "pass.view"  # passes, their withdrawals and objections, at the desk
    PASS_ISSUE = "pass.issue"  # issue, print and replace passes
    PASS_REVOKE = "pass.revoke"  # withdraw a pass for a time, with a reason; write an objection down
    PASS_MANAGE = "pass.manage"  # keys that sign passes, kinds, quotas, budgets
    OBJECTION_DECIDE = "objection.decide"  # against a withdrawal that somebody else made
    GATE_PLAN = "gate.plan"  # draw a compound's gates and paths, plan and decide which gates stay open
    GATE_HEAR = "gate.hear"  # write down what residents say of a gate plan
    GATE_WORK = "gate.work"  # check and let through at a gate
    GATE_RETAIN = "gate.retain"  # for how many weeks crossings are kept
    EXPORT = "export.make"
    AUDIT_VIEW = "audit.view"
