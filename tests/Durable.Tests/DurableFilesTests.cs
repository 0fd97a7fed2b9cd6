// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Hermetic.TestKit.Durable;

namespace Hermetic.Durable.Tests;

/// <summary>What both disks, the real and the simulated, do alike: so that what a simulation shows holds on a
/// disk.</summary>
public abstract class DurableFilesTests
{
    protected abstract IDurableFiles Files { get; }

    [Fact]
    public void File_WrittenAndReopened_ReadsBack()
    {
        using (IDurableFile file = Files.Open("a", DurableOpen.CreateNew))
        {
            file.Write(0, "hello"u8);
            file.Write(7, "world"u8);
            file.Flush();
        }
        Files.FlushFolder("");
        using IDurableFile again = Files.Open("a", DurableOpen.Read);
        byte[] bytes = new byte[20];
        Assert.Equal(12, again.Length);
        Assert.Equal(12, again.Read(0, bytes));
        Assert.Equal("hello\0\0world"u8.ToArray(), bytes[..12]);
        Assert.Equal(2, again.Read(10, bytes));
        Assert.Equal(0, again.Read(99, bytes));
    }

    [Fact]
    public void File_Truncated_IsCutOrFilledWithZeros()
    {
        using IDurableFile file = Files.Open("a", DurableOpen.CreateNew);
        file.Write(0, "hello"u8);
        file.Truncate(2);
        file.Truncate(4);
        byte[] bytes = new byte[9];
        Assert.Equal(4, file.Read(0, bytes));
        Assert.Equal("he\0\0"u8.ToArray(), bytes[..4]);
    }

    [Theory]
    [InlineData(DurableOpen.Read, DurableFault.Missing)]
    [InlineData(DurableOpen.Existing, DurableFault.Missing)]
    public void Open_WhatIsNotThere_IsMissing(DurableOpen mode, DurableFault fault) =>
        AssertFault(fault, () => Files.Open("nothing", mode));

    [Fact]
    public void Open_NewWhereSomethingIs_Exists()
    {
        Files.Open("a", DurableOpen.CreateNew).Dispose();
        AssertFault(DurableFault.Exists, () => Files.Open("a", DurableOpen.CreateNew));
    }

    [Fact]
    public void Open_CreateOrTruncate_EmptiesWhatWasThere()
    {
        Files.Replace("a", "old"u8);
        using IDurableFile file = Files.Open("a", DurableOpen.CreateOrTruncate);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void Open_InAFolderThatIsNotThere_IsMissing()
    {
        AssertFault(DurableFault.Missing, () => Files.Open("no/where", DurableOpen.CreateNew));
        AssertFault(DurableFault.Missing, () => Files.List("no"));
        AssertFault(DurableFault.Missing, Do(() => Files.FlushFolder("no")));
        AssertFault(DurableFault.Missing, Do(() => Files.CreateFolder("no/where")));
        AssertFault(DurableFault.Missing, Do(() => Files.Delete("no")));
        AssertFault(DurableFault.Missing, Do(() => Files.Rename("no", "yes")));
    }

    [Fact]
    public void List_OrdersNamesAndTellsFoldersFromFiles()
    {
        Files.EnsureFolder("f/deep");
        Files.Replace("f/b", "12"u8);
        Files.Replace("f/a", "1"u8);
        Assert.Equal(
            [new("a", false, 1), new("b", false, 2), new DurableEntry("deep", true, 0)], Files.List("f"));
        Assert.Equal([new DurableEntry("f", true, 0)], Files.List(""));
    }

    [Fact]
    public void Rename_OverAFile_TakesItsPlace()
    {
        Files.Replace("a", "old"u8);
        Files.Replace("b", "new"u8);
        Files.Rename("b", "a");
        Assert.Equal("new"u8.ToArray(), Files.ReadAll("a", 99));
        Assert.False(Files.Exists("b"));
    }

    [Fact]
    public void Delete_FolderWithSomethingInIt_Exists()
    {
        Files.EnsureFolder("f");
        Files.Replace("f/a", "1"u8);
        AssertFault(DurableFault.Exists, Do(() => Files.Delete("f")));
        Files.Delete("f/a");
        Files.Delete("f");
        Assert.Empty(Files.List(""));
    }

    [Fact]
    public void Lock_HeldByAnother_IsLockedUntilItEnds()
    {
        using (Files.Lock("lock"))
        {
            AssertFault(DurableFault.Locked, () => Files.Lock("lock"));
        }
        Files.Lock("lock").Dispose();
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void Path_ThatLeavesTheRootOrIsOdd_IsRefused(string path)
    {
        Assert.Throws<ArgumentException>(() => Files.Open(path, DurableOpen.CreateNew));
        Assert.Throws<ArgumentException>(() => Files.Delete(path));
        Assert.Throws<ArgumentException>(() => Files.Rename("a", path));
    }

    [Fact]
    public void Sweep_DeletesUnfinishedFilesOnly()
    {
        Files.EnsureFolder("f/g");
        Files.Replace("f/g/whole", "1"u8);
        Files.WritePart("f/g/half", "1"u8);
        Files.WritePart("other", "1"u8);
        Assert.Equal(["f/g/half.part", "other.part"], Files.SweepOrphans(""));
        Assert.Empty(Files.SweepOrphans(""));
        Assert.Equal([new DurableEntry("whole", false, 1)], Files.List("f/g"));
    }

    [Fact]
    public void ReadAll_LongerThanAsked_IsAnError()
    {
        Files.Replace("a", "12345"u8);
        Assert.Equal(5, Files.ReadAll("a", 5)!.Length);
        AssertFault(DurableFault.TooLong, () => Files.ReadAll("a", 4));
        Assert.Null(Files.ReadAll("b", 4));
    }

    protected static Func<int> Do(Action body) => () =>
    {
        body();
        return 0;
    };

    protected static void AssertFault<T>(DurableFault fault, Func<T> body) =>
        Assert.Equal(fault, Assert.Throws<DurableException>(() => { body(); }).Fault);
}

public sealed partial class DiskFilesTests : DurableFilesTests, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hermetic-durable-").FullName;
    private DiskFiles? _files;

    protected override IDurableFiles Files => _files ??= new DiskFiles(_folder);

    [Fact]
    public void Write_OnAFullDevice_IsNoSpace()
    {
        using IDurableFile full = new DiskFiles("/dev").Open("full", DurableOpen.Existing);
        AssertFault(DurableFault.NoSpace, Do(() => full.Write(0, "x"u8)));
    }

    [Fact]
    public void Root_ThatIsNotThere_IsMissing() =>
        AssertFault(DurableFault.Missing, () => new DiskFiles(Path.Combine(_folder, "none")));

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Created_FilesAndFolders_AreTheOwnersOnly()
    {
        Files.EnsureFolder("f");
        Files.Replace("f/a", "1"u8);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{_folder}/f/a"));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode($"{_folder}/f"));
    }

    [Fact]
    public void Folder_MadeByManyAtOnce_IsThereForEach()
    {
        for (int round = 0; round < 200; round++)
        {
            string folder = $"tenant-{round}/ab";
            Parallel.For(0, 8, _ => Files.EnsureFolder(folder));
            Assert.True(Files.Exists(folder));
        }
    }

    /// <summary>As a child process has it that is just being started: it is no reason to find the lock held.</summary>
    [Fact]
    public void Lock_GivenBackWhileItsHandleWasCopied_IsFree()
    {
        int copy;
        using (Files.Lock("lock"))
        {
            string handle = Directory.GetFiles("/proc/self/fd").Single(
                path => new FileInfo(path).LinkTarget == $"{_folder}/lock");
            copy = Duplicate(int.Parse(Path.GetFileName(handle), CultureInfo.InvariantCulture));
            Assert.True(copy > 0);
        }

        try
        {
            Files.Lock("lock").Dispose();
        }
        finally
        {
            _ = Close(copy);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}

public sealed class SimulatedFilesContractTests : DurableFilesTests
{
    protected override IDurableFiles Files { get; } = new SimulatedFiles();
}
