"""Pages as trees: a strict reader of the HTML that pol writes, on the parser of the standard library."""

import html.parser

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Node:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children = []

    @property
    def classes(self):
        return (self.attributes.get("class") or "").split()

    def walk(self):
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag=None, cls=None):
        return [n for n in self.walk() if (tag is None or n.tag == tag) and (cls is None or cls in n.classes)]

    def first(self, tag=None, cls=None):
        found = self.all(tag, cls)
        return found[0] if found else None

    def parts(self, tag=None):
        """Children that are elements."""
        return [c for c in self.children if isinstance(c, Node) and (tag is None or c.tag == tag)]

    @property
    def text(self):
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class Reader(html.parser.HTMLParser):
    """Every element is closed by its own tag, in order; attributes stand once and have values."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("", [], None)
        self.problems = []
        self.doctype = None

    def handle_decl(self, decl):
        self.doctype = decl

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        if len(set(names)) != len(names):
            self.problems.append(f"<{tag}> has an attribute twice")
        node = Node(tag, attributes, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag, attributes):
        self.at.children.append(Node(tag, attributes, self.at))

    def handle_endtag(self, tag):
        if self.at.tag != tag:
            self.problems.append(f"</{tag}> closes <{self.at.tag}> at {self.getpos()}")
        elif self.at.parent is not None:
            self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)

    def handle_comment(self, data):
        self.problems.append("a comment")


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    if reader.at is not reader.root:
        reader.problems.append(f"<{reader.at.tag}> is not closed")
    if reader.doctype != "DOCTYPE html":
        reader.problems.append("no doctype")
    return reader.root, reader.problems
