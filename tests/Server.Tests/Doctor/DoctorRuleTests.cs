// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using Hermetic.Server.Features.Doctor;

namespace Hermetic.Server.Tests.Doctor;

public sealed class DoctorRuleTests
{
    private static readonly string[] Mounts =
    [
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
        "23 22 0:20 / /data rw,nosuid - xfs /dev/sdb rw,nobarrier",
        "24 23 0:21 / /data/with\\040blank rw - tmpfs none rw",
        "25 22 0:22 / /database rw - nfs4 server:/x rw",
        "not a mount",
    ];

    [Theory]
    [InlineData("/home", "ext4")]
    [InlineData("/data", "xfs")]
    [InlineData("/data/hermetic", "xfs")]
    [InlineData("/data/with blank/x", "tmpfs")]
    [InlineData("/database/x", "nfs4")]
    public void MountPoint_IsTheLongestPathAbove(string folder, string type) =>
        Assert.Equal(type, MountPoint.Find(Mounts, folder)?.Type);

    [Fact]
    public void MountPoint_HasTheOptionsOfBothHalves() =>
        Assert.Contains("nobarrier", MountPoint.Find(Mounts, "/data")!.Options);

    [Fact]
    public void OpenSockets_AreThoseOfTheProcess_ThatListen()
    {
        string[] table =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1",
            "   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1",
            "   2: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 111 1",
        ];

        OpenSocket found = Assert.Single(OpenSockets.Parse(table, true, new HashSet<string> { "111" }));

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8080), found.Address);
    }

    [Fact]
    public void OpenSockets_ReadIPv6InTheMachinesOrder()
    {
        string[] table =
        [
            "heading",
            "0: 00000000000000000000000001000000:13C4 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 333 1",
        ];

        OpenSocket found = Assert.Single(OpenSockets.Parse(table, false, new HashSet<string> { "333" }));

        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 5060), found.Address);
    }

    /// <summary>Also where two reads meet, and as .NET keeps its strings.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData((1 << 20) - 5, false)]
    [InlineData((1 << 20) - 5, true)]
    [InlineData((2 << 20) + 17, true)]
    public void PlainTextScan_FindsANameWhereverItLies(int at, bool isUtf16)
    {
        using TestFolder folder = new();
        string path = Path.Combine(folder.Path, "file");
        byte[] name = (isUtf16 ? Encoding.Unicode : Encoding.UTF8).GetBytes("North Clinic");
        byte[] bytes = new byte[(3 << 20) + 5];
        name.CopyTo(bytes, at);
        File.WriteAllBytes(path, bytes);
        PlainTextScan scan = new([("North Clinic", "the name")]);

        Assert.Equal("the name", scan.Look(path, isSealed: false));
    }

    [Fact]
    public void PlainTextScan_OfSealedPages_WantsSealedObjects()
    {
        using TestFolder folder = new();
        string path = Path.Combine(folder.Path, "file");
        File.WriteAllBytes(path, new byte[1000]);
        PlainTextScan scan = new([]);

        Assert.NotNull(scan.Look(path, isSealed: true));
        Assert.Null(scan.Look(path, isSealed: false));
    }
}
