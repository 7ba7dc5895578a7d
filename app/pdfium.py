"""PDFium is not thread-safe: whoever opens a PDF with pypdfium2 holds this lock meanwhile."""

from threading import Lock

PDFIUM = Lock()
