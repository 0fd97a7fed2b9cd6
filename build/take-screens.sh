#!/usr/bin/env bash
# build/take-screens.sh: takes the README's pictures of the portal anew, as its tests see it in chromium (./test Server first).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
from=artifacts/bin/Server.Tests/release
"$from/Hermetic.Server.Tests" -noColor -noLogo -class '*Portal.FrontDeskTests' -class '*Portal.SendingTests'
for name in inbox fax send job; do cp "$from/screens/$name.png" docs/screens/; done
