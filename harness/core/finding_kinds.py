"""What a finding can say, once: the stable word that files carry, and the sentence of the reference."""

from enum import StrEnum


class FindingKind(StrEnum):
    """Kinds of findings. meaning: what a reader may conclude from one, in one sentence."""

    meaning: str

    def __new__(cls, word: str, meaning: str) -> "FindingKind":
        """The word with its meaning beside it."""
        kind = str.__new__(cls, word)
        kind._value_ = word
        kind.meaning = meaning
        return kind

    # What failing cases have in common.
    FAILURE_PATTERN = "failure_pattern", "Cases that share a circumstance fail in the same way; others rarely do."
    WORST_SCENARIO = "worst_scenario", "One scenario carries more than half of the silent errors of its pack."
    FIRST_BREAKING_OP = "first_breaking_op", "The op of a pack that causes silent errors at the lowest severity."
    ONE_ANSWER = "one_answer", "Many inputs get one and the same answer that does not follow from them."
    # Load.
    LIMIT_FOUND = "limit_found", "The rate up to which the service kept its objective, and what broke above it."
    RATE_NOT_SUSTAINED = "rate_not_sustained", "The service did not answer as many requests in a second as were asked."
    WRONG_UNDER_LOAD = (
        "wrong_under_load",
        "With many requests in flight more answers are accepted and wrong than alone.",
    )
    QUALITY_UNDER_LOAD = "quality_under_load", "With many requests in flight no more answers are wrong than alone."
    TARGET_GROWS = "target_grows", "Memory, handles or threads of the service grow with each request."
    ANSWERS_CACHED = "answers_cached", "The service answers repeated requests from a cache."
    # Robustness tests.
    ANSWERS_CHANGED = (
        "answers_changed",
        "The same input gets another answer under a circumstance that should not matter.",
    )
    ANSWERS_STABLE = "answers_stable", "No more answers change under the circumstance than without it."
    CHANGE_UNCONFIRMED = "change_unconfirmed", "Answers changed, and more calls are needed to rule out chance."
    NOT_REPEATABLE = "not_repeatable", "The service answers the same input differently by itself, in any circumstance."
    INSTANCES_DISAGREE = (
        "instances_disagree",
        "Answers come in two versions, as from two instances with different models.",
    )
    INSTANCE_DIFFERS = (
        "instance_differs",
        "A freshly started instance answers differently from the target, and stays so.",
    )
    UNANSWERED_IN_CIRCUMSTANCE = "unanswered_in_circumstance", "Requests got no answer under the circumstance."
    ROUND_TRIP_KEPT = "round_trip_kept", "Every value that the reply repeats came back as it was sent."
    ROUND_TRIP_CHANGED = "round_trip_changed", "A value that the reply repeats comes back as another value."
    ROUND_TRIP_SWAPPED = "round_trip_swapped", "A reply carries the value that another request sent."
    ROUND_TRIP_TRIMMED = "round_trip_trimmed", "A value comes back without the blanks around it."
    FIELD_ANSWERED_WRONG = (
        "field_answered_wrong",
        "A change of one field is accepted with a wrong answer; the names are the changes.",
    )
    FIELDS_COVERED = "fields_covered", "No change of a single field was accepted with a wrong answer."
    FIELDS_NOT_COVERED = "fields_not_covered", "Fields whose changes the budget did not reach."
    ANY_ID_ACCEPTED = "any_id_accepted", "A made-up id is accepted, so that other forms of an id cannot be judged."
    UNSEEN_VALUES = "unseen_values", "Values that the service accepts and no sample has, so that no answer is judged."
    FIELDS_WITHOUT_EFFECT = "fields_without_effect", "Fields on which no answer depends, so that nothing tests them."
    INVENTED_VALUES = "invented_values", "The service returns values for an input that holds no answer."
    NOTHING_INVENTED = "nothing_invented", "No unanswerable input was answered with a value."
    UNANSWERABLE_FAILED = "unanswerable_failed", "The service fails on unanswerable inputs instead of refusing them."
    NOT_TESTED = "not_tested", "A test, or a part of it, could not run; the reason says why."
    PACKS_NOT_APPLICABLE = "packs_not_applicable", "Packs without a scenario for samples of this kind."
    PACKS_WITHOUT_FIELDS = (
        "packs_without_fields",
        "Packs of made papers that do not apply, because the truth has columns that such papers do not show.",
    )
    VALUES_LEFT_OUT = (
        "values_left_out",
        "Pages on which a value could not be replaced by another one; the causes count the values.",
    )
    PACKS_NOT_DRAWN = "packs_not_drawn", "Packs that would fit the samples and are not part of the mix."
    PACKS_NOT_JUDGED = (
        "packs_not_judged",
        "Packs on made papers that the service does not read even when they are clean, so that they show nothing.",
    )
    CLEAN_PAPERS_MISREAD = (
        "clean_papers_misread",
        "Clean papers that the harness made were accepted with a wrong answer; it enters no rate.",
    )
    REFUSALS_ALLOWED = (
        "refusals_allowed",
        "Inputs that the service's own request schema forbids were refused, which counts as right.",
    )
    # Faults on the way to the service and behind it.
    FAULT_SILENT = "fault_silent", "Under a fault the service returns wrong answers as if nothing had happened."
    FAULT_LASTING = "fault_lasting", "Cases stay wrong after the fault is over."
    FAULT_NO_ANSWER = "fault_no_answer", "Under a fault the service returns errors, which callers can see."
    FAULT_HANDED_OVER = "fault_handed_over", "Under a fault the service hands cases over to a person."
    FAULT_UNCONFIRMED = (
        "fault_unconfirmed",
        "Under a fault some answers were wrong, too few to rule out chance.",
    )
    FAULT_NOT_JUDGED = "fault_not_judged", "Under a fault the service answers, and the answers cannot be judged."
    FAULT_UNNOTICEABLE = "fault_unnoticeable", "A fault that no reply shows leads to wrong answers; it blocks nothing."
    FAULT_NOT_MET = "fault_not_met", "No case met the fault, so nothing is known about it."
    FAULT_PASSED = "fault_passed", "All cases were right despite the fault."
    FAULT_NOT_TRIED = "fault_not_tried", "Faults for which the budget had no calls."
    UPSTREAM_FAILS_SILENTLY = "upstream_fails_silently", "Faults of this upstream lead to silent errors."
    UPSTREAM_UNCONFIRMED = (
        "upstream_unconfirmed",
        "Silent errors occurred under faults of this upstream, too few to rule out chance.",
    )
    UPSTREAM_PASSED = "upstream_passed", "No fault of this upstream led to more silent errors than without it."
    UPSTREAM_NOT_JUDGED = "upstream_not_judged", "No case met any fault of this upstream."
    UPSTREAM_UNUSED = "upstream_unused", "No request came through the relay of this upstream."
    EXPECTATION_UNMET = "expectation_unmet", "Under a fault the service does not do what the faults file expects of it."
    EXPECTATION_MET = "expectation_met", "Under each fault the service does what the faults file expects of it."
    EXPECTATION_NOT_JUDGED = "expectation_not_judged", "No case met a fault for which an expectation is written."
    # What the service writes to its upstreams.
    EFFECT_LOST = "effect_lost", "A case was accepted, and nothing was written to the upstream for it."
    EFFECT_DOUBLED = "effect_doubled", "A case was written to the upstream more than once."
    EFFECT_ALTERED = "effect_altered", "A value written to the upstream differs from the answer."
    EFFECT_ORPHANED = "effect_orphaned", "A case that was not accepted was written to the upstream all the same."
    EFFECT_NOT_SEEN = "effect_not_seen", "No request came through the relay that the declared effect is about."
    EFFECT_NOT_ATTRIBUTED = (
        "effect_not_attributed",
        "It is not known which case a write belongs to, so that no write can be missed.",
    )
    WRITES_REPEATED = (
        "writes_repeated",
        "The same request was sent more than once for one case, and the upstream made something new each time.",
    )
    WRITES_MAYBE_REPEATED = (
        "writes_maybe_repeated",
        "The same request was sent more than once for one case, and it is not known whether it changes something.",
    )
    RETRY_TOO_EARLY = "retry_too_early", "The service repeats a request before the time that the upstream asked for."
    RETRY_FINAL = "retry_final", "The service repeats a request that can only be refused again."
    RETRY_WITHOUT_KEY = (
        "retry_without_key",
        "The service repeats a write whose reply was lost, and the upstream cannot recognize it.",
    )
    RETRY_WITHOUT_BACKOFF = "retry_without_backoff", "The service repeats a failing request again and again at once."
    RETRY_STORM = "retry_storm", "Under a fault the service sends many times as many requests for a case."
    EFFECTS_PASSED = "effects_passed", "Each accepted case was written to the upstream once, as it was answered."
    # Confidence and hand-over.
    NO_HAND_OVER = "no_hand_over", "The service has no flag and no confidence, so it cannot ask for a person."
    THRESHOLD_DECIDES = "threshold_decides", "The verdict depends on a confidence threshold that nobody has written."
    CONFIDENCE_VALUE = "confidence_value", "How well the stated confidence agrees with being right."
    CONFIDENCE_ZERO = "confidence_zero", "The confidence is 0 for nearly every answer, right ones included."
    CONFIDENCE_CONSTANT = (
        "confidence_constant",
        "The confidence is one value for nearly every answer, wrong ones included.",
    )
    CONFIDENCE_SATURATED = "confidence_saturated", "The confidence is next to its maximum for nearly every answer."
    CONFIDENCE_TWO_VALUES = (
        "confidence_two_values",
        "The confidence takes two values that do not separate right from wrong.",
    )
    CONFIDENCE_UNRELATED = "confidence_unrelated", "The confidence does not separate right answers from wrong ones."
    CONFIDENCE_BLIND = "confidence_blind", "Damage makes answers wrong and leaves the confidence as it was."
    MORE_HANDED_OVER = "more_handed_over", "More cases are handed over than on the side before."
    TAKEN_LESS = (
        "taken_less",
        "Inputs that a pack changed are handed over or refused more often than their clean twins.",
    )
    # What the evidence lacks.
    NO_REPLY = "no_reply", "Planned cases have no reply on record, which widens every interval."
    CASES_UNCHANGED = "cases_unchanged", "Steps left the input as it was; such cases test nothing and are not sent."
    CRASHED_ON_INPUT = "crashed_on_input", "Damaged input causes a 5xx or a lost connection instead of a refusal."
    ERRORS = "errors", "Requests without an answer, by cause."
    NOT_JUDGED = "not_judged", "Answers that could not be compared with the truth, by reason."
    INVALID_REPLIES = "invalid_replies", "Replies that a strict JSON client cannot read, by reason."
    SLICE_FAILED = "slice_failed", "A slice that is not critical is beyond its limit; it does not block."
    SLICE_UNDECIDED = "slice_undecided", "A slice that is not critical is undecided; it does not block."
    EMPTY_SLICE = "empty_slice", "No case of the run belongs to the slice."
    NO_ANSWERS = "no_answers", "None of the cases was answered."
    LATENCY_NOT_JUDGED = "latency_not_judged", "Latency could not be judged; the subject says why."
    MORE_CALLS = "more_calls", "The budget that would decide the undecided criteria."
    # Comparison with another run.
    BASELINE = "baseline", "What the run was compared with, and the outcome."
    REFERENCE = "reference", "Another service that got the same cases side by side, and the outcome."
    DROP = "drop", "What became of the cases of one slice since the baseline."
    SILENT_RISE = "silent_rise", "Silent errors of one slice that the baseline did not have."
    BASELINE_UNUSABLE = "baseline_unusable", "Nothing can be concluded from the baseline; the subject says why."


class Why(StrEnum):
    """Why a test, or a part of it, was not run or decides nothing."""

    TOO_FEW_CALLS = "too_few_calls"
    TOO_FEW_SAMPLES = "too_few_samples"
    NO_ANSWERS = "no_answers"
    NOT_CONFIGURED = "not_configured"
    SWITCHED_OFF = "switched_off"
    NO_FIELD = "no_field"
    NO_CONTROL = "no_control"
    SAME_ANSWERS = "same_answers"
    INTERRUPTED = "interrupted"
    NOT_READABLE = "not_readable"
    FAILED_TO_START = "failed_to_start"
    ONE_CASE = "one_case"
    MAY_BE_CHANCE = "may_be_chance"
    NOT_REPEATED = "not_repeated"
    NO_REQUESTS = "no_requests"
    NOT_RECOVERED = "not_recovered"
    NOTHING_REFUSED = "nothing_refused"
    ANSWERS_VARY = "answers_vary"
