<#
.SYNOPSIS
Builds, tests or packages the module. Runs in PowerShell 7.6 and in this project's own shell alike.
.DESCRIPTION
Build    The importable module and the shell, in out/<Configuration>/.
Test     All tests.
Package  The module and the shell, compiled ahead of time (ReadyToRun) for one platform, in out/Release/package/<Runtime>/, and zipped beside it.
.EXAMPLE
dotnet run -c Release --project src/K8sScaleTest.Shell -- -File build.ps1 -Task Package
.EXAMPLE
./build.ps1 -Task Package -Runtime linux-arm64
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package')]
    [string] $Task = 'Build',
    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',
    # What Package compiles for, as .NET names it: linux-x64, linux-arm64, osx-arm64, win-x64.
    [string] $Runtime = 'linux-x64'
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($args -join ' ') ended with $LASTEXITCODE." }
}

function Copy-Folder([string] $From, [string] $To) {
    foreach ($file in [IO.Directory]::GetFiles($From, '*', 'AllDirectories')) {
        $target = [IO.Path]::Combine($To, [IO.Path]::GetRelativePath($From, $file))
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($target))
        [IO.File]::Copy($file, $target, $true)
    }
}

function Publish-Compiled([string] $Project, [string] $Folder) {
    # What it refers to was built for all platforms before; only this project and its packages are compiled for the one.
    Invoke-DotNet publish "$root/src/$Project" -c Release -r $Runtime --no-self-contained '-p:PublishReadyToRun=true' '-p:BuildProjectReferences=false' '-p:PublishDocumentationFile=false' -o $Folder
}

switch ($Task) {
    'Build' {
        Invoke-DotNet build "$root/K8sScaleTest.sln" -c $Configuration
    }
    'Test' {
        Invoke-DotNet test --solution "$root/K8sScaleTest.sln" -c $Configuration
    }
    'Package' {
        Invoke-DotNet build "$root/src/K8sScaleTest.Shell" -c Release
        $version = & dotnet msbuild "$root/src/K8sScaleTest" -getProperty:Version
        $package = "$root/out/Release/package/$Runtime"
        $module = "$package/K8sScaleTest/$version"
        $scratch = "$package/scratch"
        if ([IO.Directory]::Exists($package)) { [IO.Directory]::Delete($package, $true) }
        Copy-Folder "$root/out/Release/K8sScaleTest/$version" $module
        Publish-Compiled K8sScaleTest.Engine "$module/engine"
        Publish-Compiled K8sScaleTest.LocalApi "$module/local-api"
        Publish-Compiled K8sScaleTest.Shell "$package/shell"
        Publish-Compiled K8sScaleTest $scratch
        [IO.File]::Copy("$scratch/K8sScaleTest.dll", "$module/K8sScaleTest.dll", $true)
        [IO.Directory]::Delete($scratch, $true)
        $zip = "$package.zip"
        if ([IO.File]::Exists($zip)) { [IO.File]::Delete($zip) }
        $null = [Reflection.Assembly]::Load('System.IO.Compression.ZipFile')
        [IO.Compression.ZipFile]::CreateFromDirectory($package, $zip)
        $Host.UI.WriteLine("The package is in $package and in $zip.")
    }
}
