"""Every limit on outside data, by name and with its reason. One section a room."""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

# --- values -------------------------------------------------------------------------------------
MAX_JSON_BYTES: Final = 8 * MIB
"""A document source with long attachments is under 1 MiB; eight leaves room for tables."""

MAX_JSON_DEPTH: Final = 32
"""The deepest model (document, attachment, table, rows) nests seven levels."""

MAX_DIRECTORY_BYTES: Final = 64 * MIB
"""10,000 bodies with four certificates each of about 1 KiB, in base64, are 55 MiB."""

# --- signatures ---------------------------------------------------------------------------------
MAX_DER_DEPTH: Final = 32
"""A CMS with certificates and a time-stamp inside nests some twenty levels."""

MAX_SIGNED_BYTES: Final = 96 * MIB
"""A directory snapshot of 64 MiB is the largest thing signed as one CMS."""

MAX_CMS_CERTIFICATES: Final = 16
"""A signer, its issuers and a cross-certificate are four; sixteen leaves room for bridges."""

MAX_CERTIFICATE_BYTES: Final = 16 * KIB
"""Certificates here are under 2 KiB; foreign ones with long policies stay under eight."""

# --- typesetting --------------------------------------------------------------------------------
MAX_FONT_FILES: Final = 4000
"""A full office workstation has some 800 font files; beyond this a scan is looking elsewhere."""

MAX_FONT_BYTES: Final = 128 * MIB
"""The largest CJK TrueType collections are about 60 MiB."""

MAX_IMAGE_BYTES: Final = 5 * MIB
"""A full page at 300 dpi is under 4 MiB as JPEG; its base64 must fit in `MAX_JSON_BYTES`."""

MAX_IMAGE_PIXELS: Final = 40_000_000
"""A4 at 600 dpi is 35 million; more is not seen on paper."""

MAX_IMAGE_SCANS: Final = 50
"""Progressive JPEGs have some ten; each runs over all pixels, and thousands fit in a small file."""

MAX_KEPT_CHARACTERS: Final = 1_000_000
"""Of broken paragraphs that are kept, the longest unused dropped: 1,600 pages, some 60 MiB."""

MAX_PAGES: Final = 2000
"""The longest annexes of record are a few hundred pages; this ends a run gone wild."""

# --- package, envelope, evidence ----------------------------------------------------------------
STREAM_CHUNK: Final = 64 * KIB
"""Plain bytes of one STREAM chunk; larger ones gain little speed and cost random access."""

MAX_PACKAGE_BYTES: Final = 2 * GIB - 4 * MIB
"""The largest package: a ZIP without ZIP64, whose stream stays within `MAX_PAYLOAD_BYTES`."""

MAX_PACKAGE_PARTS: Final = 200
"""Files a person attaches to one document; more belong into one archive file."""

MAX_PART_NAME_BYTES: Final = 240
"""A name that every file system takes (255 bytes) with room for a suffix: 80 Chinese characters."""

MAX_PAYLOAD_BYTES: Final = 2 * GIB
"""The largest sealed payload: drawings and books travel on paper or media."""

MAX_HEADER_BYTES: Final = 4 * MIB
"""A signed header with 10,000 recipients of some 250 bytes each is 2.5 MiB."""

MAX_CAPSULE_BYTES: Final = 8 * MIB
"""10,000 recipients with three wrapped keys of some 250 bytes each are 7.5 MiB."""

MAX_RECORD_BYTES: Final = 64 * KIB
"""A signed evidence record with its chain is about 3 KiB; a statement stays under 4 KiB."""

MAX_RECIPIENTS: Final = 10_000
"""One dispatch to every body of a province; the usual widest one goes to about 300."""

MAX_CAPSULE_KEYS: Final = 4 * MAX_RECIPIENTS + 16
"""Recipient entries in a capsule: two UKEYs, a recovery key and a renewed one a body."""

MAX_STATEMENT_BYTES: Final = 4 * KIB
"""An evidence statement holds names and digests, never content."""

MAX_TIMESTAMP_BYTES: Final = 32 * KIB
"""An RFC 3161 response with two certificates is some 5 KiB."""

MAX_OCSP_BYTES: Final = 64 * KIB
"""An OCSP response with its responder's certificate is some 2 KiB."""

MAX_OCSP_ANSWERS: Final = 256
"""Certificates one OCSP response speaks of; a responder is asked about a path, so a handful."""

MAX_DSS_ITEMS: Final = 512
"""Certificates, lists and responses kept in a document: seven bodies, re-stamped ten times."""

MAX_DSS_UNKNOWN: Final = 128
"""Of these, certificates or lists unknown to the reader: each costs some signature checks."""

MAX_CHECKPOINT_BYTES: Final = 16 * KIB
"""A checkpoint of 200 bytes with one cosignature line of 150 bytes a witness."""

MAX_CHECKPOINT_SIGNATURES: Final = 32
"""The log itself and its witnesses; a province has seventeen neighbours."""

MAX_PROOF_HASHES: Final = 64
"""A tree of 2^63 leaves has proofs of 63 hashes."""

MAX_EVIDENCE_RECORDS: Final = 10_000
"""Records in one bundle: a dispatch to 300 bodies with some twenty each is 6,000."""

MAX_BUNDLE_BYTES: Final = 96 * MIB
"""A bundle of 6,000 records at some 8 KiB each is 48 MiB; under GM, at 11 KiB each, 66 MiB."""

MAX_BUNDLE_MEMBERS: Final = 65_534
"""What a ZIP without ZIP64 can count: 7,200 records under GM with nine files each."""

# --- protocol between client and node -----------------------------------------------------------
MAX_INLINE_PAYLOAD: Final = 8 * MIB
"""A dispatch with a payload up to this size goes in one request; larger ones use an upload."""

MAX_ANSWER_BYTES: Final = 96 * MIB
"""The largest answer a client reads into memory is the signed directory."""

MAX_MAILBOX_PAGE: Final = 200
"""Entries of one mailbox page; the cursor fetches the rest."""

MAX_WAIT_SECONDS: Final = 60
"""Longest long poll; proxies on government networks cut idle requests at about a minute."""

MAX_UPLOAD_CHUNK: Final = 16 * MIB
"""Bytes between two fsyncs of an upload, and the most that a broken connection costs."""

MAX_RELAY_CONSIGNMENTS: Final = 500
"""Consignments of one dispatch in one relay request; each carries its chain of records."""

MAX_RELAY_RECORDS: Final = 200
"""Evidence records carried to a neighbour in one request."""

MAX_RELAY_BYTES: Final = 32 * MIB
"""One relay offer: header, keys and the chains of its consignments."""

MAX_HOPS: Final = 8
"""Nodes a consignment may pass; province, city and county need three."""

MAX_CHAIN: Final = 64
"""Evidence records of one consignment: some ten steps, and reminders."""

# --- the client ---------------------------------------------------------------------------------
MAX_PROFILE_BYTES: Final = 64 * KIB
"""Five settings are some 300 bytes."""

MAX_SOURCE_BYTES: Final = 64 * MIB
"""A DOCX with pictures of every page of a long annex is some 40 MiB."""

MAX_ATTACHED_FILES: Final = 64
"""Files beside one document; a tender with its drawings has thirty."""

MAX_ATTACHED_BYTES: Final = 512 * MIB
"""One file beside a document; larger annexes go on a medium, as local rules have it."""

# --- foreign PDF --------------------------------------------------------------------------------
MAX_PDF_BYTES: Final = 256 * MIB
"""A scanned annex of 300 pages at 300 dpi is some 100 MiB."""

MAX_PDF_OBJECTS: Final = 400_000
"""A tagged document of 2,000 pages has about 100 objects a page."""

# --- writing a PDF -------------------------------------------------------------------------------
MAX_TAGGED_CELLS: Final = 10_000
"""Cells told one by one in a document's structure: whoever verifies two seals reads every element,
4 s for so many; in a document with more, each row of a table is read as one paragraph."""

# --- foreign ZIP and XML ------------------------------------------------------------------------
MAX_ZIP_RATIO: Final = 200
"""XML of office documents packs some 30:1 at most; deflate itself ends at 1032:1."""

MAX_XML_BYTES: Final = 32 * MIB
"""The main part of a DOCX of 1,000 pages is some 20 MiB."""

MAX_XML_DEPTH: Final = 128
"""A DOCX table in a table in a text box nests some sixty levels."""

MAX_XML_NODES: Final = 2_000_000
"""A DOCX of 1,000 pages has some 600,000 elements."""

MAX_SEAL_SLOTS: Final = 100
"""No joint document has more issuers than fit on a page; this bounds what a PDF may claim."""

# --- the node -----------------------------------------------------------------------------------
MAX_CONFIG_BYTES: Final = 64 * KIB
"""A node's settings are some ten lines."""

MAX_RECEIPT_BYTES: Final = 256 * KIB
"""A record, a time-stamp and a proof, all in base64."""

MAX_GROUP: Final = 128
"""Submissions of one commit: beyond it a commit gains nothing and a fault would cost more."""

MAX_REFUSED_BYTES: Final = 64 * MIB
"""What a caller may still send of a request that is refused; the largest good one is 40 MiB."""

MAX_WAITING_WRITES: Final = 2048
"""Writes waiting for the writer; beyond it the node says that it is busy."""

MAX_OPEN_UPLOADS: Final = 32
"""Unfinished uploads of one body; a person sends one or two large files at a time."""

UPLOAD_DAYS: Final = 7
"""An unfinished upload is kept over a long holiday's weekend, then swept."""

ORPHAN_HOURS: Final = 24
"""A blob that no dispatch names is left from a crash or a refused submission."""

CHALLENGE_SECONDS: Final = 60
"""Time to enter a PIN after the challenge was fetched: clients fetch it after the PIN."""

SESSION_IDLE_MINUTES: Final = 15
SESSION_HOURS: Final = 8
"""GB/T 22239 level 3 wants a time-out; a working day needs one log-in in the morning."""

BODY_REQUESTS_PER_SECOND: Final = 50
BODY_REQUEST_BURST: Final = 400
"""A sign-for batch of a hundred documents is four requests each."""

# --- the vault and the archive ------------------------------------------------------------------
MAX_KEYS_BYTES: Final = 1 * MIB
"""`vault.keys`: sixty-four slots of some 2 KiB each are 128 KiB."""

MAX_KEY_SLOTS: Final = 64
"""UKEYs and recovery ways of one vault; a large office has some twenty."""

MAX_ITEM_TEXT: Final = 32 * MIB
"""Indexed text of one item; a 2,000-page annex is some 6 MiB of UTF-8."""

MAX_ITEM_FILES: Final = 400
"""Files of one item: the parts of a package twice over."""

MAX_QUERY_CHARS: Final = 1000
"""A search a person types or pastes; a whole title is under 100 characters."""

MAX_QUERY_TERMS: Final = 64
"""Words in one search; more is a pasted paragraph."""

MAX_QUERY_DEPTH: Final = 16
"""Nested parentheses in one search."""

MAX_SEARCH_PAGE: Final = 1000
"""Hits on one page of results; the cursor fetches the rest."""

# --- the document -------------------------------------------------------------------------------
MAX_TITLE_CHARS: Final = 200
"""The longest titles of record have some 110 characters: five rows of 2号 type."""

MAX_LINE_CHARS: Final = 400
"""A name, a note, a contact: more than ten rows of type is no longer one."""

MAX_PARAGRAPHS: Final = 20_000
"""The document and its attachments together; a plan of 300 pages has some 4,000."""

MAX_PARAGRAPH_CHARS: Final = 20_000
"""One paragraph over thirty pages is a file that lost its line ends."""

MAX_TABLE_COLUMNS: Final = 40
"""On a landscape page a column under 6 mm holds no character."""

MAX_TABLE_ROWS: Final = 5_000
"""Lists of that length (quotas by village) exist; longer ones travel as files."""

MAX_CELL_CHARS: Final = 2_000
"""A cell higher than a page cannot be set."""

MAX_DOCUMENT_NAMES: Final = 2_000
"""Names in 主送 or 抄送; a province has about 1,500 bodies that could be written one by one."""

MAX_ISSUERS: Final = 30
"""Joint documents of record have up to some twenty issuers."""

MAX_DOCUMENT_ATTACHMENTS: Final = 50
"""附件 bound into one document."""

MAX_DOCX_MEMBERS: Final = 4_000
"""A DOCX with a picture on each of 1,000 pages has some 2,100 parts."""

MAX_DOCX_BYTES: Final = 256 * MIB
"""All parts of a DOCX unpacked: 64 MiB of pictures, and text that packs 8:1."""

MAX_DRAFT_IMAGE_BYTES: Final = 5 * MIB
"""All pictures of a draft: in base64 they are a third more, and the document's JSON ends at 8."""

MAX_DRAFT_IMAGE_PIXELS: Final = 60_000_000
"""All pictures of a draft, decoded once to see that they are whole: about a second and a half."""

MAX_LINT_ROUNDS: Final = 10
"""Mends that make way for one another go three deep; beyond ten a pair of them would be at odds."""

MAX_VERIFY_SECONDS: Final = 30
"""Processor time to verify one foreign PDF; an honest one of 2,000 pages takes under two."""

MAX_VERIFY_MEMORY: Final = 1 * GIB
"""Address space for that, beyond eight times the file; the libraries alone map some 300 MiB."""

# --- measuring a foreign PDF --------------------------------------------------------------------
MAX_MEASURED_PAGES: Final = MAX_PAGES
"""Pages laid under the ruler; some fifty a second."""

MAX_PAGE_GLYPHS: Final = 40_000
"""Characters on one page: 616 of text, some 10,000 in the finest table; more is no page to read."""

MAX_PAGE_OBJECTS: Final = 100_000
"""Painted objects on one page: a map has some 50,000."""

MAX_SAME_FINDINGS: Final = 5
"""Findings of one kind that a report lists: a habit shows on every page, and five prove it."""

MAX_MEASURE_SECONDS: Final = 60
"""Processor time to measure one PDF; an honest one of 2,000 full pages takes some forty."""

MAX_MEASURE_MEMORY: Final = 1 * GIB
"""Address space for that, beyond eight times the file, as for verifying."""

MAX_COMPARED_SIDE: Final = 1600
"""Pixels of the longer side of a page that is compared: A4 at 137 dpi, where a full stop has nine;
a larger sheet is drawn smaller."""

MAX_COMPARE_SECONDS: Final = 60
"""Processor time to compare two revisions page by page; some fifteen pages a second."""

MAX_WORD_PAGES: Final = 200
"""Pages of an attached PDF that are read for a 密级; a mark stands at the head of a document."""

MAX_WORD_SECONDS: Final = 20
"""Processor time for that; two hundred full pages take under two."""

# --- electronic seals ---------------------------------------------------------------------------
MAX_ESEAL_BYTES: Final = 512 * KIB
"""A seal with a picture of 600 dpi is some 200 KiB; it stands in every sealed PDF, twice as hex."""

MAX_SET_ESEAL_BYTES: Final = 20 * KIB
"""A seal to be set in a PDF: no string of PDF/A exceeds 32,767 bytes, and in that of a signature
certificates and a time-stamp take up to twelve thousand."""

MAX_ESEAL_CERTIFICATES: Final = 64
"""Certificates that one seal is made for: the UKEYs of one body, a handful with their renewals."""

MAX_ESEAL_PATHS: Final = 200
"""Outlines of a vector seal: a ring, a star, some forty characters and a code under the star."""

MAX_ESEAL_MM: Final = 100
"""The widest seal of record, of a ministry abroad, is under 70 mm."""

MAX_ESEAL_PIXELS: Final = 4_000_000
"""A seal of 60 mm at 600 dpi is 2 million pixels."""

MAX_RIDING_PAGES: Final = 20
"""Pages that one 骑缝章 is cut over: beyond, a strip of 42 mm is thinner than 2 mm."""

# --- what is kept on a UKEY -----------------------------------------------------------------------
MAX_TOKEN_DECRYPT_BYTES: Final = 64 * KIB
"""What a UKEY decrypts itself: capsules, under 4 KiB each; at USB speed 64 KiB take seconds."""

MAX_TOKEN_SEAL_BYTES: Final = 64 * KIB
"""One electronic seal on a UKEY: its picture has some 20 KiB, and the device 64 to 128 in all."""

MAX_TOKEN_SEALS: Final = 8
"""Seals on one UKEY: a body's own, its office's, the ones exchanged before they ended."""

MAX_VENDORS_BYTES: Final = 256 * KIB
"""A file of makers' profiles: one profile has under 1 KiB, and there are some dozens of makers."""

# --- certification paths ------------------------------------------------------------------------
MAX_PATH_CERTIFICATES: Final = 32
"""Certificates of one path: a body, province, bridge and root are four; real ones end under ten."""

MAX_PATH_SIGNATURES: Final = 4096
"""Signatures checked to find the paths of one certificate: at 0.2 ms each, under a second."""

MAX_PATH_CANDIDATES: Final = 32
"""Paths to an anchor that are looked into: two provinces and a bridge give some four."""
