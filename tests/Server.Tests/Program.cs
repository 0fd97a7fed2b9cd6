// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using Hermetic.Server.Tests.Portal;
using Hermetic.Server.Tests.Receiving;
using Xunit.Runner.InProc.SystemConsole;

[assembly: SupportedOSPlatform("linux")]

// A test starts this program once more as the server, with something between it and its disk.
if (args is [ServingHost.Command, string settings])
{
    return await ServingHost.RunAsync(settings);
}

int status = await ConsoleRunner.Run(args);
await PortalDesk.CloseBrowserAsync();
return status;
