"""Mails with more than the sample, or less: logos, old papers, quoted figures, no attachment, or half of one.

A person who reads the mail knows which paper counts. A service may reject such a mail, hand it over or leave a field
empty. An accepted answer must be that of the sample.
"""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.files.beside import another_file, another_page, is_text, lines_of, written_as
from harness.generate.files.mail.mail import around, as_declared, attached, attachment, line, mailed, passed_on
from harness.generate.files.mail.mail_write import EML, MimePart, joined, mail, text_part
from harness.generate.files.mail.pictures import logo
from harness.generate.files.mail.tnef import write_tnef
from harness.generate.payloads import File
from harness.generate.registry import op


@op("mail.logo_first", layer="envelope", kind="graded", effect="destroyed")
def logo_first(file: File, severity: int, draw: Stream) -> File:
    """Attach the pictures of a signature before the file, as some mail programs do.

    severity: 1 to 10 pictures, each a bar of one colour with a word on it.
    Source: a logo broke the reading of every forwarded receipt (hackclub/hcb#12597); up to 32 pictures in one
    mail (huacnlee/omamail#251).
    """

    def build() -> MimePart:
        pictures = [
            attachment(logo(k), draw.choice(("attachment", "inline")), ("Content-ID", f"<image{k:03d}@example.org>"))
            for k in range(severity)
        ]
        rest = [] if is_text(file) else [attachment(file)]
        return joined("mixed", [as_declared(file, draw), *pictures, *rest], draw)

    return mailed(file, draw, build)


@op("mail.winmail", layer="envelope", kind="binary", effect="destroyed")
def winmail(file: File, severity: int, draw: Stream) -> File:
    """Attach the file as Outlook does for rich text: in `winmail.dat`.

    severity: binary, 0 or 10.
    Source: [MS-OXTNEF]; readers cannot open such attachments (zammad/zammad#2403).
    """
    stream = write_tnef(file.filename, file.content)
    packed = File(content=stream, media_type="application/ms-tnef", filename="winmail.dat")
    own = text_part(" " if is_text(file) else line("body", draw))
    return mailed(file, draw, lambda: joined("mixed", [own, attachment(packed)], draw))


@op("mail.older_attached", layer="envelope", kind="binary", effect="destroyed")
def olderattachment(file: File, severity: int, draw: Stream) -> File:
    """Attach an older mail with another invoice after the file. The words say which invoice counts.

    severity: binary, 0 or 10.
    Source: our own; a corrected paper comes with the mail that it corrects. A service that takes the last attachment,
    or the deepest, books the old paper.
    """

    def build() -> MimePart:
        old = mail(line("subject", draw), around(another_file(draw), draw.child("older")), draw.child("older mail"))
        own = as_declared(file, draw) if is_text(file) else text_part(line("replaced", draw))
        return joined("mixed", [own, *([] if is_text(file) else [attachment(file)]), passed_on(old)], draw)

    return mailed(file, draw, build)


@op("mail.several", layer="envelope", kind="graded", effect="destroyed")
def several(file: File, severity: int, draw: Stream) -> File:
    """Attach other invoices before the file. The words name the new one.

    severity: 1 to 10 other invoices.
    Source: our own; a service that takes the first attachment books an old paper twice.
    """
    first = another_file(draw)

    def build() -> MimePart:
        body = attachment(first).body
        others = [attachment(replace(first, filename=f"old_{k}_{first.filename}"), body=body) for k in range(severity)]
        own = as_declared(file, draw) if is_text(file) else text_part(line("several", draw).format(name=file.filename))
        return joined("mixed", [own, *others, *([] if is_text(file) else [attachment(file)])], draw)

    return mailed(file, draw, build)


@op("mail.quoted_figures", layer="envelope", kind="binary", effect="destroyed")
def quoted_figures(file: File, severity: int, draw: Stream) -> File:
    """Quote an older mail below the words, with the total and number of another invoice. The file is attached.

    severity: binary, 0 or 10.
    Source: older mail is taken for the current message (BadChoice/handesk#504).
    """
    page = another_page(draw)
    shown = {word.field: word.text for word in page.words if word.field in ("invoice_number", "total")}

    def build() -> MimePart:
        quote = line("quoted", draw).format(amount=shown["total"], number=shown["invoice_number"])
        more = "\n".join(f"> {line}" for line in lines_of(page))
        words = file.content.decode("utf-8", "replace") if is_text(file) else line("body", draw)
        own = text_part(f"{words}\n\n{quote}\n{more}")
        return own if is_text(file) else joined("mixed", [own, attachment(file)], draw)

    return mailed(file, draw, build)


@op("mail.nothing_attached", layer="envelope", kind="binary", effect="destroyed")
def nothingattachment(file: File, severity: int, draw: Stream) -> File:
    """Announce an attachment but attach nothing.

    severity: binary, 0 or 10.
    Source: our own; a common mistake.
    """
    return mailed(file, draw, lambda: text_part(line("missing", draw)))


@op("mail.broken_off", layer="envelope", kind="graded", effect="destroyed")
def broken_off(file: File, severity: int, draw: Stream) -> File:
    """Cut off the end of the mail within its attachment, as a gateway with a size limit does.

    severity: share of the mail that is missing, 5 to 95 % in ten even steps.
    Source: our own range; parsers take the end of the mail for the end of the part, and pass on half a file.
    """
    whole = attached(file, 10, draw)
    if whole == file:
        return file
    return written_as(file, whole.content[: len(whole.content) * (105 - 10 * severity) // 100], EML, ".eml")
