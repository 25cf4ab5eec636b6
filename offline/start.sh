#!/bin/sh
# The first start makes the environment from the wheels in this folder; no network is used.
cd "$(dirname "$0")" || exit 1
wanted=$(cat python.txt)

fits() {
    "$1" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$wanted')" 2>/dev/null
}

if [ ! -f env/ready ]; then
    python=
    for name in "python$wanted" python3 python; do
        if fits "$name"; then python=$name; break; fi
    done
    if [ -z "$python" ]; then
        echo "需要先安装 Python $wanted（64 位）。 Please install Python $wanted (64 bit) first."
        exit 1
    fi
    echo "第一次启动，正在准备，约需几分钟…… First start: this takes a few minutes ..."
    rm -rf env
    "$python" -m venv env || exit 1
    env/bin/python -m pip --isolated --disable-pip-version-check install --quiet \
        --no-index --find-links wheels jinguo || exit 1
    env/bin/jinguo replay libei --set village.women=60 --lang zh --out env/check.html || exit 1
    touch env/ready
fi
exec env/bin/jinguo dashboard --lang zh --folder . "$@"
