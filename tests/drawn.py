"""What stands on axes that were drawn."""


def written(axes):
    return [text.get_text() for text in axes.texts]


def labels(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def legend(axes):
    return [text.get_text() for text in axes.get_legend().texts]


def title(axes):
    return axes.get_title(loc="left")
