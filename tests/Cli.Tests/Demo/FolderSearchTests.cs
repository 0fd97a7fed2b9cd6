// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Cli.Demo.Tour;

namespace Hermetic.Cli.Tests.Demo;

public sealed class FolderSearchTests : IDisposable
{
    private const string Name = "Marisol Testwell";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hermetic-search-");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Text_InBase64_IsFoundWhereverItBegins(int before)
    {
        string text = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', before) + Name + "tail"));
        Assert.Contains("base64", Assert.Single(Find("rows", text)), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_InAFileName_IsFound() => Assert.Contains("UTF-8", Assert.Single(Find(Name, "sealed")),
        StringComparison.Ordinal);

    [Fact]
    public void Text_ThatIsNotThere_IsNot() => Assert.Empty(Find("rows", "Marisol Testwel"));

    [Fact]
    public void All_ThatItLooksFor_ItFinds()
    {
        FolderSearch search = new();
        search.AddText("a name", Name);
        search.AddBytes("a piece", [1, 2, 3, 4]);
        search.WriteAll(Path.Combine(_folder.FullName, "all"));
        Assert.Equal(search.Needles, search.Look(_folder.FullName, TestContext.Current.CancellationToken).Found.Count);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private IReadOnlyList<string> Find(string file, string content)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, file), content);
        FolderSearch search = new();
        search.AddText("a name", Name);
        return search.Look(_folder.FullName, TestContext.Current.CancellationToken).Found;
    }
}
