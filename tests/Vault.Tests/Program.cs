// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using Hermetic.Vault.Tests.Keys;
using Xunit.Runner.InProc.SystemConsole;

[assembly: SupportedOSPlatform("linux")]

// The tests start this program once more as a stranger to themselves.
return args is [LineProbe.Command, string folder, string path, string tenant]
    ? LineProbe.Run(folder, path, tenant)
    : await ConsoleRunner.Run(args);
