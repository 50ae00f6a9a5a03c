"""The Chinese national algorithms: SM2 (GB/T 32918), over one library behind one seam.

SM3 and SM4 come from the same libraries as SHA-256 and AES and need no room of their own.
"""
