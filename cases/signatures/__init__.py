"""Electronic signatures on papers that people sign: validated behind one port, kept with their result.

`validation` is the port, `keeping` what uploads call, `telling` what people read.
"""
