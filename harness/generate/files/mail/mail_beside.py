"""Mail that holds more than what is meant, or less: logos, old papers, quoted figures, nothing, half of it.

What is meant can be told by a person who reads the mail. Who refuses such a mail or hands it over is right, and so is
whoever leaves a field empty; an answer that is accepted has to be that of the sample.
"""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.files.beside import another_file, another_page, is_text, lines_of, written_as
from harness.generate.files.mail.mail import around, attached, attachment, line, mailed, passed_on, said
from harness.generate.files.mail.mail_write import EML, MimePart, joined, mail, text_part
from harness.generate.files.mail.pictures import logo
from harness.generate.files.mail.tnef import write_tnef
from harness.generate.payloads import File
from harness.generate.registry import op


@op("mail.logo_first", layer="envelope", kind="dose", effect="destroyed")
def logo_first(file: File, severity: int, draw: Stream) -> File:
    """Attach the pictures of a signature before the file, as mail programs do that make no difference.

    severity: 1 to 10 pictures, each a bar of one colour with a word in it.
    Source: a logo broke the reading of every receipt that was passed on (hackclub/hcb#12597); up to 32 pictures in one
    mail (huacnlee/omamail#251).
    """

    def build() -> MimePart:
        pictures = [
            attachment(logo(k), draw.choice(("attachment", "inline")), ("Content-ID", f"<image{k:03d}@example.org>"))
            for k in range(severity)
        ]
        rest = [] if is_text(file) else [attachment(file)]
        return joined("mixed", [said(file, draw), *pictures, *rest], draw)

    return mailed(file, draw, build)


@op("mail.winmail", layer="envelope", kind="switch", effect="destroyed")
def winmail(file: File, severity: int, draw: Stream) -> File:
    """Attach the file as Outlook does in a mail in rich text: as `winmail.dat`, in a form of its own.

    severity: a switch, 10 alone.
    Source: [MS-OXTNEF]; what such mail holds cannot be got at (zammad/zammad#2403).
    """
    stream = write_tnef(file.filename, file.content)
    packed = File(content=stream, media_type="application/ms-tnef", filename="winmail.dat")
    own = text_part(" " if is_text(file) else line("body", draw))
    return mailed(file, draw, lambda: joined("mixed", [own, attachment(packed)], draw))


@op("mail.older_attached", layer="envelope", kind="switch", effect="destroyed")
def olderattachment(file: File, severity: int, draw: Stream) -> File:
    """Attach an older mail with another invoice behind the file; the words say which of the two counts.

    severity: a switch, 10 alone.
    Source: our own; a corrected paper comes with the mail that it corrects. Who takes the last attachment, or the
    deepest, books the old one.
    """

    def build() -> MimePart:
        old = mail(line("subject", draw), around(another_file(draw), draw.child("older")), draw.child("older mail"))
        own = said(file, draw) if is_text(file) else text_part(line("replaced", draw))
        return joined("mixed", [own, *([] if is_text(file) else [attachment(file)]), passed_on(old)], draw)

    return mailed(file, draw, build)


@op("mail.several", layer="envelope", kind="dose", effect="destroyed")
def several(file: File, severity: int, draw: Stream) -> File:
    """Attach other invoices before the file; the words name the one that is new.

    severity: 1 to 10 others.
    Source: our own; who takes the first attachment books an old paper for a second time.
    """
    first = another_file(draw)

    def build() -> MimePart:
        body = attachment(first).body
        others = [attachment(replace(first, filename=f"old_{k}_{first.filename}"), body=body) for k in range(severity)]
        own = said(file, draw) if is_text(file) else text_part(line("several", draw).format(name=file.filename))
        return joined("mixed", [own, *others, *([] if is_text(file) else [attachment(file)])], draw)

    return mailed(file, draw, build)


@op("mail.quoted_figures", layer="envelope", kind="switch", effect="destroyed")
def quoted_figures(file: File, severity: int, draw: Stream) -> File:
    """Quote an older mail below the words that names another invoice's total and number; the file is attached.

    severity: a switch, 10 alone.
    Source: older mail is taken for what is said now (BadChoice/handesk#504).
    """
    page = another_page(draw)
    told = {word.field: word.text for word in page.words if word.field in ("invoice_number", "total")}

    def build() -> MimePart:
        quote = line("quoted", draw).format(amount=told["total"], number=told["invoice_number"])
        more = "\n".join(f"> {line}" for line in lines_of(page))
        words = file.content.decode("utf-8", "replace") if is_text(file) else line("body", draw)
        own = text_part(f"{words}\n\n{quote}\n{more}")
        return own if is_text(file) else joined("mixed", [own, attachment(file)], draw)

    return mailed(file, draw, build)


@op("mail.nothing_attached", layer="envelope", kind="switch", effect="destroyed")
def nothingattachment(file: File, severity: int, draw: Stream) -> File:
    """Announce an attachment and attach nothing.

    severity: a switch, 10 alone.
    Source: our own; everybody has sent such a mail.
    """
    return mailed(file, draw, lambda: text_part(line("missing", draw)))


@op("mail.broken_off", layer="envelope", kind="dose", effect="destroyed")
def broken_off(file: File, severity: int, draw: Stream) -> File:
    """Cut the mail off in what is attached, as gateways with a limit of size do.

    severity: share of the mail that is missing, 5 to 95 % in ten even steps.
    Source: our own range; parsers take the end of the mail for the end of the part, and hand on half a file.
    """
    whole = attached(file, 10, draw)
    if whole == file:
        return file
    return written_as(file, whole.content[: len(whole.content) * (105 - 10 * severity) // 100], EML, ".eml")
